/** Modifiers headless: real files, real sandbox processes (as built, in dist/). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { get, head, Origin, text } from './testing/origin.ts'
import { proxyProgram } from './testing/program.ts'

const upper = (mark: string): string => `
import { text } from 'spillway'
export default async function* (chunks: AsyncIterable<Uint8Array>) {
  for await (const part of text(chunks)) yield part.toUpperCase() + ${JSON.stringify(mark)}
}
`
const broken = `export default async function* (chunks) {
  for await (const chunk of chunks yield chunk
}
`

const folder = mkdtempSync(join(tmpdir(), 'spillway-modifier-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, source: string): string {
  const path = join(folder, name)
  writeFileSync(path, source)
  return path
}

test('--modifier: applied, told, read again when the file changes; a broken edit leaves the last good one', async () => {
  const path = file('upper.ts', upper('.'))
  await using origin = await Origin.start((_, response) => response.end('hello'))
  await using spillway = proxyProgram('--modifier', path)
  const port = await spillway.port()
  expect(await get(port, origin.url('/1'))).toBe('HELLO.')
  await spillway.says('stdout', /GET {5}200 .*\/1 6 [\d.]+m?s streamed \(modifier upper\)\n/)
  file('upper.ts', upper('!'))
  for (let n = 0; (await get(port, origin.url('/2'))) !== 'HELLO!'; n++) expect(n).toBeLessThan(1000)
  file('upper.ts', broken)
  await spillway.says(
    'stderr',
    /upper\.ts:2:\d+: modifier "upper" cannot be compiled: .*[^.]; its last good version stays/,
  )
  expect(await get(port, origin.url('/3'))).toBe('HELLO!')
})

test('a file that is broken from the start: one sentence with its place, exit 1, and nothing listens', async () => {
  const path = file('broken.ts', broken)
  await using spillway = proxyProgram('--modifier', path)
  const { code, stdout, stderr } = await spillway.ended
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^spillway: .*broken\.ts:2:\d+: modifier "broken" cannot be compiled: .*\n$/)
})

test.each([[[]], [['--json']]])('what a modifier logs is told on standard error, with its flow: %j', async (args) => {
  // The starter that counts bytes did nothing that anybody could see.
  await using origin = await Origin.start((_, response) => response.end('hello'))
  await using spillway = proxyProgram(...args, '--modifier', 'assets/modifiers/count-bytes.ts')
  const port = await spillway.port(args.length > 0 ? 'stderr' : 'stdout')
  expect(await get(port, origin.url('/1'))).toBe('hello')
  const [line] = await spillway.says('stderr', /modifier count-bytes: .*\n/)
  expect(line).toBe(`modifier count-bytes: GET ${origin.url('/1')} 1 chunks, 5 bytes (flow 1)\n`)
  await spillway.says('stdout', /\/1.*\n/)
  expect(spillway.stdout).not.toContain('modifier count-bytes:')
})

test('a reader of the log that does not read slows no traffic, and --quiet logs nothing', async () => {
  const source = `import { log } from 'spillway'
export default async function* (chunks: AsyncIterable<Uint8Array>) {
  for await (const chunk of chunks) {
    for (let n = 0; n < 400; n++) log('x'.repeat(3900))
    yield chunk
  }
}
`
  await using origin = await Origin.start((_, response) => response.end('hello'))
  // Each may log 500 entries in a second, and what one of them logs in a second fits into what waits and what is on its way.
  const chatty = ['--modifier', file('chatty.ts', source), '--modifier', file('talkative.ts', source)]
  await using spillway = proxyProgram(...chatty)
  const port = await spillway.port()
  spillway.child.stderr.pause()
  for (let n = 0; n < 5; n++) expect(await get(port, origin.url(`/${n}`))).toBe('hello')
  spillway.child.stderr.resume()
  await spillway.says('stderr', /… \d+ entries of modifiers not shown: the reader is too slow\n/)
  await using quiet = proxyProgram('--quiet', '--modifier', file('chatty.ts', source))
  expect(await get(await quiet.port(), origin.url('/'))).toBe('hello')
  quiet.child.kill('SIGTERM')
  expect((await quiet.ended).stderr).toBe('')
})

test('--json tells which ran, and where one failed; the client sees a cut', async () => {
  const source = `export default async function* (chunks: AsyncIterable<Uint8Array>) {
  for await (const chunk of chunks) {
    yield chunk
    throw new Error('no more')
  }
}
`
  const path = file('thrower.ts', source)
  await using origin = await Origin.start((_, response) => {
    response.write('hello')
  })
  await using spillway = proxyProgram('--json', '--modifier', path)
  const answer = await head(await spillway.port('stderr'), origin.url('/'))
  await expect(text(answer)).rejects.toThrow()
  const [line] = await spillway.says('stdout', /.*\n/)
  expect(JSON.parse(line)).toMatchObject({
    delivery: 'streamed',
    reason: 'modifier thrower',
    error: { side: 'modifier', code: 'MODIFIER_THREW', phase: 'response-body', file: path, line: 4, column: 11 },
    modifiers: [{ name: 'thrower', version: 1, chunksIn: 1, bytesIn: 5, chunksOut: 1, bytesOut: 5 }],
  })
})
