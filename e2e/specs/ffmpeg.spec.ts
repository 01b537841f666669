/** ffmpeg, told of the proxy by its environment: a long MP4 whose index is at its end, and HLS with and without ranges. */
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { runWell } from '../fixtures/command.ts'
import { startSpillway, type FlowLine, type Spillway } from '../fixtures/spillway.ts'
import { test as base } from '../fixtures/test.ts'
import { tool } from '../fixtures/tools.ts'

const ffmpeg = (...args: string[]) => ['-hide_banner', '-loglevel', 'error', '-nostdin', ...args]

/** Ten minutes of a test picture, made by ffmpeg itself, among the files of nginx; in 3 MB, so that it is quick. */
const test = base
  .extend('videos', { scope: 'file' }, async ({ folder, nginx }) => {
    const cwd = join(folder, 'nginx', 'files')
    const make = (...args: string[]) => runWell(tool('ffmpeg'), ffmpeg(...args), { cwd, withinMs: 60_000 })
    const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50']
    await make('-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=5', '-t', '600', ...coded, 'long.mp4')
    const hls = ['-i', 'long.mp4', '-c', 'copy', '-f', 'hls', '-hls_time', '60', '-hls_list_size', '0']
    await make(...hls, 'parts.m3u8')
    await make(...hls, '-hls_flags', 'single_file', 'ranges.m3u8')
    return { nginx, file: (name: string) => join(cwd, name) }
  })
  .extend('streaming', { scope: 'file' }, async ({ certificates }, { onCleanup }) => {
    const spillway = await startSpillway(['--stream', '256k', '--origin-ca', certificates.ca])
    onCleanup(() => spillway[Symbol.asyncDispose]())
    return spillway
  })

/** What is in it, unchanged, as one sum over all packets. `from`: seconds, to which it seeks. */
async function sum(from: number, source: string, proxy?: Spillway): Promise<string> {
  const trust = proxy && source.startsWith('https:') ? ['-tls_verify', '1', '-ca_file', proxy.ca] : []
  const env = proxy ? { http_proxy: proxy.url } : {}
  const read = [...trust, '-ss', String(from), '-i', source, '-map', '0', '-c', 'copy', '-f', 'md5', '-']
  return (await runWell(tool('ffmpeg'), ffmpeg(...read), { env })).stdout.toString()
}

/** Of the flows of a URL: the first byte that was asked for, in the order of asking. */
function rangesOf(spillway: Spillway, url: string): number[] {
  const flows = spillway.flows.filter((flow) => flow.url === url)
  for (const { status } of flows) expect(status).toBe(206)
  return flows
    .toSorted((a, b) => a.id - b.id)
    .map(({ request }) => {
      const [, range = ''] = request.headers.find(([name]) => name === 'Range') ?? []
      return Number(/^bytes=(\d+)-/.exec(range)?.[1])
    })
}

describe.each(['http', 'https'] as const)('over %s', (scheme) => {
  test('a long MP4, whole and from its last minutes on', async ({ streaming, videos }) => {
    const { nginx, file } = videos
    for (const from of [0, 500]) {
      const url = `${nginx[scheme]}/long.mp4?${from}`
      const direct = await sum(from, file('long.mp4'))
      expect(direct).toMatch(/^MD5=[\da-f]{32}\n$/)
      expect(await sum(from, url, streaming)).toBe(direct)
      // The index is at the end; from there it goes to where it reads on, which is the end of a flow as well.
      const middle = from === 500 ? 1_000_000 : 0
      const jumped = (): boolean => {
        const [, index = 0, ...seeks] = rangesOf(streaming, url)
        return seeks.some((at) => at > middle && at < index)
      }
      await streaming.until(jumped)
      const [first, index] = rangesOf(streaming, url)
      expect(first).toBe(0)
      expect(index).toBeGreaterThan(1_000_000)
    }
  })

  test.for(['parts', 'ranges'])('HLS in %s', async (kind, { streaming, videos }) => {
    const { nginx, file } = videos
    const url = `${nginx[scheme]}/${kind}.m3u8`
    expect(await sum(0, url, streaming)).toBe(await sum(0, file(`${kind}.m3u8`)))
    const before = `${nginx[scheme]}/${kind}`
    const segments = () => streaming.flows.filter((flow) => flow.url.startsWith(before) && flow.url.endsWith('.ts'))
    // 60 s each, of 600 s: some of them more than once.
    const distinct = ({ url: at, request }: FlowLine) =>
      `${at} ${String(request.headers.find(([name]) => name === 'Range'))}`
    await streaming.until(() => new Set(segments().map(distinct)).size >= 10)
    if (kind === 'parts') {
      expect(new Set(segments().map((flow) => flow.url)).size).toBe(10)
    } else {
      // It looks at the first ones twice.
      const asked = [...new Set(rangesOf(streaming, `${before}.ts`))]
      expect(asked).toHaveLength(10)
      expect(asked).toEqual(asked.toSorted((a, b) => a - b))
    }
  })
})

test('ffprobe finds what it needs at the end', async ({ streaming, videos }) => {
  const url = `${videos.nginx.http}/long.mp4?probe`
  const args = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', url]
  const { stdout } = await runWell(tool('ffprobe'), args, { env: { http_proxy: streaming.url } })
  expect(stdout.toString()).toBe('600.000000\n')
  await streaming.until(() => streaming.flows.filter((flow) => flow.url === url).length >= 2)
  expect(Math.max(...rangesOf(streaming, url))).toBeGreaterThan(1_000_000)
})
