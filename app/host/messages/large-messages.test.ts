/** A message of more than is kept of one in memory: it is read, inflated and searched in pieces, others being served. */
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openWsPair } from '../../../main/testing/ws-pair.ts'
import { TestHost } from '../testing/memory-window.ts'
import { find, idOf, page, soon } from '../testing/messages.ts'

const MiB = 1024 * 1024
const size = 40 * MiB

/** Text that compresses, but not to nothing, with a word behind what is shown of it. */
function largeText(): Buffer {
  const bytes = Buffer.alloc(size, ' ')
  for (let at = 0, n = 1; at < size - 64; at += 64, n = (n * 48271) % 2147483647)
    bytes.write(`{"n":${n}}\n`, at, 'latin1')
  bytes.write('the needle', size - 20, 'latin1')
  return bytes
}

// A compressed message beyond 32 MiB was taken for one that is not known, and so were all behind it.
test.each([
  ['as they are', false],
  ['compressed, with context takeover', true],
] as const)('messages sent %s', { timeout: 60_000 }, async (_, deflate) => {
  await using bench = await TestHost.open()
  const port = await bench.port()
  const [window, other] = [bench.window(), bench.window()]
  await using pair = await openWsPair(port, '/socket', deflate)
  const id = await idOf(window)
  pair.client.send('a needle before it')
  pair.client.send(largeText(), { binary: false })
  pair.client.send('a needle behind it, with {"n":48271} of it')
  await expect.poll(async () => (await page(window, id)).total, { ...soon, timeout: 30_000 }).toBe(3)

  let served = 0
  const seen = { over: false }
  const searching = find(window, id, 'needle').finally(() => (seen.over = true))
  while (!seen.over) {
    await other.call('capture.state')
    served++
    // That was answered without a turn of the loop.
    await setImmediate()
  }
  expect(await searching).toMatchObject({ places: [0, 1, 2], missed: 0 })
  // No step of it was longer than a small part of the whole.
  expect(served).toBeGreaterThan(50)

  // A page goes no further than this message, where it has to be inflated; the next question goes on behind it.
  const { rows } = await page(window, id, {}, 0, 2)
  rows.push(...(await page(window, id, {}, 2)).rows)
  expect(rows.map(({ preview }) => preview?.slice(0, 8))).toEqual(['a needle', '{"n":1}\n', 'a needle'])
  const whole = await window.call('flows.message', { id, number: 1, offset: 32 * MiB - 64, length: 100 })
  expect(whole).toMatchObject({ total: 32 * MiB, problem: 'Only the first 32m of it are shown.' })
  expect(Buffer.from(whole.bytes).equals(largeText().subarray(32 * MiB - 64, 32 * MiB))).toBe(true)
  const last = await window.call('flows.message', { id, number: 2, offset: 0, length: 100 })
  expect(Buffer.from(last.bytes).toString()).toBe('a needle behind it, with {"n":48271} of it')
})
