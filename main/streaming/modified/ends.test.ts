/** A8, B6, B10–B13 for responses that a modifier has: whoever ends it, and however. */
import { describe, expect, test } from 'vitest'
import { chunk, patterned } from '../../testing/bytes.ts'
import { eventually } from '../../testing/eventually.ts'
import type { Snippet } from '../../testing/in-process-modifier.ts'
import { identity, openModified } from '../../testing/modified-scene.ts'
import { inTime } from '../../testing/slowness.ts'

const MiB = 1024 * 1024
const head = 'HTTP/1.1 200 OK\r\n'

/** Passes so many chunks on, then does something else. */
function after(count: number, then: () => void): Snippet {
  return async function* (chunks) {
    let seen = 0
    for await (const bytes of chunks) {
      yield bytes
      if (++seen === count) {
        then()
        return
      }
    }
  }
}

const fails = (): void => {
  throw new Error('no more')
}

describe.each([false, true])('TLS %s', (tls) => {
  test.each([
    ['Content-Length', 'Content-Length: 10\r\n\r\n', 'hello', '1.1'],
    ['chunked', 'Transfer-Encoding: chunked\r\n\r\n', '5\r\nhello\r\n', '1.1'],
    ['HTTP/1.0', 'Content-Length: 10\r\n\r\n', 'hello', '1.0'],
  ])(
    'B6: it throws: what it gave before arrives, then the client sees an abort: %s',
    async (_, fields, first, version) => {
      await using scene = await openModified({ name: 'thrower', body: after(1, fails) }, {}, { tls })
      const { client, connection } = await scene.ask('/', { version })
      void connection.write(head + fields)
      await client.readUntil('\r\n\r\n')
      void connection.write(first)
      expect((await client.readAll()).toString()).toBe(version === '1.0' ? 'hello' : '5\r\nhello\r\n')
      // Under TLS it is a missing close_notify that tells.
      if (version === '1.0' && !tls) expect(await client.closed).toBe('rst')
      // The origin is released.
      expect(await connection.closed).not.toBe('here')
      const flow = await scene.ended()
      expect(flow.error).toEqual({
        code: 'MODIFIER_THREW',
        side: 'modifier',
        phase: 'response-body',
        message: 'Modifier thrower threw: no more',
        file: '/modifiers/thrower.ts',
        line: 3,
        column: 7,
      })
      expect(flow.response).toMatchObject({ bytes: 5, delivered: 5, body: { state: 'truncated' } })
      expect(flow.modifiedBody).toMatchObject({ state: 'truncated', length: 5 })
    },
  )

  test('it ends early: the response is complete, the rest is not read, and the client may ask again', async () => {
    await using scene = await openModified({ body: after(1, () => undefined) }, {}, { tls })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`)
    await client.readUntil('\r\n\r\n')
    expect(await client.readText(15)).toBe('5\r\nhello\r\n0\r\n\r\n')
    expect(await connection.closed).not.toBe('here')
    const flow = await scene.ended()
    expect(flow.error).toBeUndefined()
    expect(flow.notes).toEqual(['a modifier ended before the response did; the rest of the response was not read'])
    expect(flow.response).toMatchObject({ delivered: 5, body: { state: 'truncated' } })
    expect(flow.modifiedBody).toMatchObject({ state: 'complete', length: 5 })
    const again = await scene.askAgain(client)
    void again.connection.write(`${head}Content-Length: 2\r\n\r\nok`)
    await client.readUntil('\r\n\r\n')
    expect(await client.readText(12)).toBe('2\r\nok\r\n0\r\n\r\n')
    await scene.ended()
  })

  test('an origin without an end is released by a modifier that has seen enough', async () => {
    await using scene = await openModified({ body: after(3, () => undefined) }, {}, { tls })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}\r\n`)
    const piece = patterned(MiB)
    for (let n = 0; n < 64; n++) void connection.write(piece)
    await client.readUntil('0\r\n\r\n')
    expect((await scene.ended()).response!.bytes).toBeLessThan(8 * MiB)
  })

  test('it ends before it has read anything', async () => {
    const body: Snippet = () => ['all ', 'mine']
    await using scene = await openModified({ body }, {}, { tls })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Transfer-Encoding: chunked\r\n\r\n`)
    await client.readUntil('\r\n\r\n')
    expect(await client.readText(23)).toBe('4\r\nall \r\n4\r\nmine\r\n0\r\n\r\n')
    await scene.ended()
  })

  test('B11: the origin dies: the stage is cancelled, and the client sees a cut', async () => {
    await using scene = await openModified({ body: identity }, {}, { tls })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Length: 10\r\n\r\nhello`)
    await client.readUntil('5\r\nhello\r\n')
    connection.reset()
    expect((await client.readAll()).toString()).toBe('')
    const flow = await scene.ended()
    expect(flow.error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin', phase: 'response-body' })
    expect(flow.modifiedBody).toMatchObject({ state: 'truncated', length: 5 })
    await eventually(() => scene.modifier.running === 0)
  })

  // Whoever looked at a cut stream through a modifier saw less of it than without.
  test('B11: what the origin gave before it died comes out, and no end', async () => {
    const body: Snippet = async function* (chunks) {
      for await (const bytes of chunks) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        yield bytes
      }
      yield 'the end'
    }
    await using scene = await openModified({ body }, {}, { tls })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Transfer-Encoding: chunked\r\n\r\n`)
    await client.readUntil('\r\n\r\n')
    const three = ['one', 'two', 'three'].map((word) => chunk(word).toString()).join('')
    void connection.write(`${three}9\r\nhal`)
    connection.end()
    expect((await client.readAll()).toString()).toBe(`${three}3\r\nhal\r\n`)
    const flow = await scene.ended()
    expect(flow.error).toMatchObject({ side: 'origin', phase: 'response-body' })
    expect(flow.modifiedBody).toMatchObject({ state: 'truncated', length: 14 })
    await eventually(() => scene.modifier.running === 0)
  })

  test('B11: a modifier that goes on for ever behind an origin that died is cut', async () => {
    const body: Snippet = async function* () {
      for (let n = 0; ; n++) {
        await new Promise((resolve) => setTimeout(resolve, 10))
        yield `${n} `
      }
    }
    await using scene = await openModified({ body }, {}, { tls })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Length: 10\r\n\r\nhello`)
    await client.readUntil('\r\n\r\n')
    connection.reset()
    const at = performance.now()
    await client.readAll()
    expect(await inTime(performance.now() - at, 3000)).toBe('in time')
    expect((await scene.ended()).error).toMatchObject({ code: 'ORIGIN_CLOSED' })
    await eventually(() => scene.modifier.running === 0)
  })

  test.each(['leaves', 'is killed'])(
    'B12, B13: the client %s: the stage is cancelled and the origin released',
    async (how) => {
      await using scene = await openModified({ body: identity }, {}, { tls })
      const { client, connection } = await scene.ask()
      void connection.write(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`)
      await client.readUntil('5\r\nhello\r\n')
      const at = performance.now()
      if (how === 'leaves') client.destroy()
      else expect(scene.proxy.engine.kill(scene.running.id)).toBe(true)
      await connection.closed
      await eventually(() => scene.modifier.running === 0)
      expect(await inTime(performance.now() - at, 100)).toBe('in time')
      expect((await scene.ended()).error?.code).toBe(how === 'leaves' ? 'CLIENT_CLOSED' : 'KILLED')
      if (how !== 'leaves') expect((await client.readAll()).toString()).toBe('')
    },
  )

  test('B10: a client that does not read slows the modifier, and that the origin', async () => {
    await using scene = await openModified({ body: identity }, {}, { tls })
    const bytes = patterned(32 * MiB)
    const { client, connection } = await scene.ask()
    client.pause()
    void connection.write(`${head}Content-Length: ${bytes.length}\r\n\r\n`)
    void connection.write(bytes)
    let last = -1
    // Until nothing moves for a while.
    await eventually(() => {
      const now = scene.running.response?.bytes ?? 0
      const rests = now === last && now > 0
      last = now
      return rests
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(scene.running.response!.bytes).toBeLessThan(28 * MiB)
    expect(scene.running.response!.bytes - scene.running.response!.delivered).toBeLessThan(4 * MiB)
    client.resume()
    await client.readUntil('\r\n\r\n')
    const got: Buffer[] = []
    for (;;) {
      const size = Number.parseInt(await client.readText('\r\n'), 16)
      if (size === 0) break
      got.push((await client.readUntil(size + 2)).subarray(0, size))
    }
    expect(Buffer.concat(got).equals(bytes)).toBe(true)
    await scene.ended()
  })
})

test('many small chunks for a client that does not read: what waits takes the memory it needs', async () => {
  const body: Snippet = async function* (chunks) {
    for await (const bytes of chunks) for (let at = 0; at < bytes.length; at += 10) yield bytes.subarray(at, at + 10)
  }
  await using scene = await openModified({ body })
  const bytes = patterned(MiB)
  const { client, connection } = await scene.ask()
  client.pause()
  void connection.write(`${head}Content-Length: ${bytes.length}\r\n\r\n`)
  void connection.write(bytes)
  const before = process.memoryUsage().arrayBuffers
  await eventually(() => (scene.running.response?.delivered ?? 0) > 100_000)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * MiB)
  client.resume()
  await client.readUntil('\r\n\r\n')
  await client.readUntil('0\r\n\r\n')
  const { response, modifiers } = await scene.ended()
  expect(response).toMatchObject({ delivered: MiB, deliveredChunks: modifiers?.[0]?.chunksOut })
  expect(response?.deliveredChunks).toBeGreaterThan(100_000)
})

test('who watches the body sees what the origin sends', async () => {
  await using scene = await openModified({ body: after(2, () => undefined) })
  const { client, connection } = await scene.ask()
  void connection.write(`${head}Transfer-Encoding: chunked\r\n\r\n`)
  await client.readUntil('\r\n\r\n')
  const seen: string[] = []
  scene.proxy.engine.watchBody(scene.running.id, (bytes, end) => void seen.push(`${bytes.toString()} ${end}`))
  for (const word of ['one', 'two']) {
    void connection.write(chunk(word))
    await client.readUntil(word)
  }
  expect(seen).toEqual(['one 3', 'two 6'])
  await scene.ended()
})

test('the idle limit holds for a modifier that goes on without an end', async () => {
  const body: Snippet = async function* (chunks) {
    await new Promise((resolve) => setTimeout(resolve, 300))
    yield* chunks
  }
  await using scene = await openModified({ body }, { idleLimitMs: 60 })
  const { client, connection } = await scene.ask()
  void connection.write(`${head}Content-Length: 5\r\n\r\nhello`)
  await client.readUntil('\r\n\r\n')
  await client.readAll()
  expect((await scene.ended()).error?.code).toBe('IDLE')
  await eventually(() => scene.modifier.running === 0)
})
