/** nginx as the origin: the size rule on real files, and connections that are kept. */
import { expect } from 'vitest'
import { curl } from '../fixtures/curl.ts'
import { files } from '../fixtures/nginx.ts'
import { startSpillway } from '../fixtures/spillway.ts'
import { test as base } from '../fixtures/test.ts'

const test = base.extend('limited', { scope: 'file' }, async ({ certificates }, { onCleanup }) => {
  const spillway = await startSpillway(['--stream', '3m', '--origin-ca', certificates.ca])
  onCleanup(() => spillway[Symbol.asyncDispose]())
  return spillway
})

test.for(['http', 'https'] as const)(
  '--stream 3m over %s: 2.9 MB is held, 3.1 MB is not',
  async (scheme, { limited, nginx }) => {
    for (const name of ['2.9m.bin', '3.1m.bin'] as const) {
      const { code, body } = await curl(limited, [`${nginx[scheme]}/${name}?${scheme}`])
      expect([code, body.equals(files[name])]).toEqual([0, true])
    }
    const [held, passed] = [await limited.flowOf(`2.9m.bin?${scheme}`), await limited.flowOf(`3.1m.bin?${scheme}`)]
    expect(held).toMatchObject({ delivery: 'buffered', reason: 'not larger than 3m', crossoverAt: null })
    expect(held.response).toMatchObject({ bytes: files['2.9m.bin'].length, recorded: 'complete' })
    expect(passed).toMatchObject({ delivery: 'streamed', reason: 'larger than 3m', crossoverAt: null })
    expect(passed.response).toMatchObject({ bytes: files['3.1m.bin'].length, recorded: 'missing' })
  },
)

test('a range is judged by its own length', async ({ limited, nginx }) => {
  const { code, body } = await curl(limited, ['-r', '100-299', `${nginx.http}/3.1m.bin?part`])
  expect(code).toBe(0)
  expect(body.equals(files['3.1m.bin'].subarray(100, 300))).toBe(true)
  const flow = await limited.flowOf('?part')
  expect(flow).toMatchObject({ status: 206, delivery: 'buffered', reason: 'not larger than 3m' })
})

test('several ranges, and one that cannot be', async ({ limited, nginx }) => {
  const { text } = await curl(limited, ['-r', '0-3,8-11', `${nginx.http}/3.1m.bin?parts`])
  const bytes = files['3.1m.bin'].toString('latin1')
  expect(text).toContain(`bytes 0-3/${bytes.length}\r\n\r\n${bytes.slice(0, 4)}\r\n`)
  expect(text).toContain(`bytes 8-11/${bytes.length}\r\n\r\n${bytes.slice(8, 12)}\r\n`)
  const { transfers } = await curl(limited, ['-r', '99999999-', `${nginx.http}/3.1m.bin?beyond`])
  expect(transfers[0]?.http_code).toBe(416)
})

test('compressed on the fly, of unknown length: held up to the size, then streamed', async ({ nginx }) => {
  await using spillway = await startSpillway(['--stream', '256k'])
  const { code, body } = await curl(spillway, ['--compressed', `${nginx.http}/gzip/3.1m.bin`])
  expect([code, body.equals(files['3.1m.bin'])]).toEqual([0, true])
  const flow = await spillway.flowOf('/gzip/3.1m.bin')
  expect(flow).toMatchObject({ delivery: 'streamed', reason: 'larger than 256k', response: { recorded: 'partial' } })
  expect(flow.crossoverAt).toBeGreaterThanOrEqual(256 * 1024)
  expect(flow.crossoverAt).toBeLessThan(flow.response!.bytes)
})

test('--stream-unknown now: streamed from its first byte', async ({ nginx }) => {
  await using spillway = await startSpillway(['--stream', '3m', '--stream-unknown', 'now'])
  await curl(spillway, ['--compressed', `${nginx.http}/gzip/small.txt`])
  const flow = await spillway.flowOf('/gzip/small.txt')
  expect(flow).toMatchObject({ delivery: 'streamed', reason: 'unknown length', response: { recorded: 'missing' } })
})

test.for(['http', 'https'] as const)(
  'clients that come one after another share a connection: %s',
  async (scheme, { spillway, nginx }) => {
    const answers: string[] = []
    for (let n = 1; n <= 4; n++) {
      const { text } = await curl(spillway, ['-i', '-o', '-', `${nginx[scheme]}/small.txt?${scheme}-kept${n}`])
      answers.push(/^X-Connection: (.*)\r$/im.exec(text)?.[1] ?? '')
    }
    const [connection = ''] = (answers[0] ?? '').split(' ')
    const first = Number((answers[0] ?? '').split(' ')[1])
    expect(answers).toEqual([0, 1, 2, 3].map((more) => `${connection} ${first + more}`))
    const flow = await spillway.flowOf(`?${scheme}-kept4`)
    expect(flow.origin?.reused).toBe(true)
  },
)
