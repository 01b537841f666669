/** Lent reads of connections that began with 'data' events, plain and under TLS, over real sockets. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { afterAll, describe, expect, test } from 'vitest'
import { openAuthority } from '../../certificates/index.ts'
import { temporaryFolder } from '../../certificates/testing.ts'
import { patterned } from '../../testing/bytes.ts'
import { eventually } from '../../testing/eventually.ts'
import { LeafContexts } from '../../tls/index.ts'
import { BlockReads, settled } from './block-reads.ts'
import { readInto } from '../../reads/user-buffer.ts'

const KiB = 1024
const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const contexts = new LeafContexts(await openAuthority(folder.path))

/** A connection: what the proxy has accepted, paused, and its other end. */
async function pair(kind: string): Promise<{ near: Socket; far: Socket } & Disposable> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const raw = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [accepted] = (await once(server, 'connection')) as [Socket]
  server.close()
  let [near, far] = [accepted, raw]
  if (kind === 'TLS') {
    near = new TLSSocket(accepted, { isServer: true, secureContext: await contexts.get('a.test', undefined) })
    far = connectTls({ socket: raw, rejectUnauthorized: false })
    await once(far, 'secureConnect')
  }
  for (const socket of [near, far]) socket.on('error', () => undefined)
  return {
    near,
    far,
    [Symbol.dispose]() {
      near.destroy()
      far.destroy()
    },
  }
}

/** What a session does: 'data' first, lent reads from some read on. */
class Reader {
  reads: BlockReads | undefined
  readonly memory = new Set<ArrayBufferLike>()
  /** Copies of what came. */
  readonly came: Buffer[] = []
  length = 0
  /** 'data' events. */
  events = 0
  /** The bytes themselves, as in a write queue; `true`: keeps them. */
  held: Buffer[] = []
  holds = false

  constructor(socket: Socket) {
    socket.on('data', (bytes: Buffer) => {
      this.events++
      this.#take(bytes)
      if (this.events < settled || this.reads) return
      const reads = BlockReads.begin(socket, this.#take, () => this.held.length > 0)
      if (reads) this.reads = reads
    })
    socket.resume()
  }

  get all(): Buffer {
    return Buffer.concat(this.came)
  }

  readonly #take = (bytes: Buffer): void => {
    this.came.push(Buffer.from(bytes))
    this.length += bytes.length
    if (this.reads) this.memory.add(bytes.buffer)
    if (this.holds) this.held.push(bytes)
  }
}

const largeBody = patterned(4 * 1024 * KiB)

/** In pieces, so that the reads of other connections come in between. */
async function send(far: Socket, body: Buffer, piece = 64 * KiB): Promise<void> {
  for (let at = 0; at < body.length; at += piece)
    if (!far.write(body.subarray(at, at + piece))) await once(far, 'drain')
}

describe.each(['plain', 'TLS'])('%s', (kind) => {
  test('a large body comes in memory that is used again, the first reads as events', async () => {
    using sockets = await pair(kind)
    const reader = new Reader(sockets.near)
    await send(sockets.far, largeBody.subarray(0, 100))
    await eventually(() => reader.length === 100)
    expect(reader.reads).toBeUndefined()
    await send(sockets.far, largeBody.subarray(100))
    await eventually(() => reader.length === largeBody.length)
    expect(reader.all.equals(largeBody)).toBe(true)
    // This very Node can do it, or all of this is for nothing.
    expect(reader.reads).toBeDefined()
    expect(reader.events).toBeLessThan(20)
    expect(reader.memory.size).toBeLessThan(10)
  })

  test('what waits in a queue is not written over, by this connection or by others', async () => {
    using one = await pair(kind)
    using two = await pair(kind)
    const [slow, fast] = [new Reader(one.near), new Reader(two.near)]
    let at = 0
    let turn = 0
    const half = largeBody.length / 2
    const sent = Promise.all([send(one.far, largeBody, 24 * KiB), send(two.far, largeBody)])
    while (slow.length < largeBody.length || fast.length < largeBody.length) {
      // Now and then its queue is written; for a long time in the middle it is not.
      slow.holds = true
      if (slow.length < half || fast.length === largeBody.length || ++turn > 2000) {
        const queued = Buffer.concat(slow.held)
        const start = slow.length - queued.length
        expect(start).toBeGreaterThanOrEqual(at)
        expect(queued.equals(largeBody.subarray(start, slow.length))).toBe(true)
        at = slow.length
        slow.held = []
      }
      await setImmediate()
    }
    await sent
    expect(slow.all.equals(largeBody)).toBe(true)
    expect(fast.all.equals(largeBody)).toBe(true)
    expect(Buffer.concat(slow.held).equals(largeBody.subarray(slow.length - Buffer.concat(slow.held).length))).toBe(
      true,
    )
  })

  test('what somebody holds who is not asked any more stays as it is', async () => {
    using sockets = await pair(kind)
    const reader = new Reader(sockets.near)
    reader.holds = true
    await send(sockets.far, largeBody.subarray(0, 1024 * KiB))
    await eventually(() => reader.length === 1024 * KiB)
    const before = reader.held
    reader.reads?.changeHands()
    reader.held = []
    reader.holds = false
    await send(sockets.far, largeBody.subarray(1024 * KiB))
    await eventually(() => reader.length === largeBody.length)
    expect(Buffer.concat(before).equals(largeBody.subarray(0, 1024 * KiB))).toBe(true)
    expect(reader.all.equals(largeBody)).toBe(true)
  })

  test('at rest it has no memory of its own, and what it still told is not written over', async () => {
    using sockets = await pair(kind)
    const reader = new Reader(sockets.near)
    await send(sockets.far, largeBody)
    await eventually(() => reader.length === largeBody.length)
    reader.holds = true
    reader.reads?.rest()
    reader.memory.clear()
    for (let n = 0; n < 40; n++) {
      await send(sockets.far, Buffer.from(`small ${n} `))
      await eventually(() => reader.held.length > n)
    }
    expect(Buffer.concat(reader.held).toString()).toBe(Array.from({ length: 40 }, (_, n) => `small ${n} `).join(''))
    // The one that was told before it could rest, and copies.
    expect(reader.events).toBeLessThan(20)
    expect(reader.memory.has(reader.held[0]!.buffer)).toBe(true)
    expect(reader.held.slice(1).every(({ buffer }) => buffer.byteLength <= 64 * KiB)).toBe(true)
  })

  test('what it told before it rests waits on, while others read', async () => {
    using one = await pair(kind)
    using two = await pair(kind)
    const [reader, other] = [new Reader(one.near), new Reader(two.near)]
    await send(one.far, largeBody.subarray(0, 1024 * KiB))
    await eventually(() => reader.length === 1024 * KiB)
    reader.holds = true
    await send(one.far, largeBody.subarray(1024 * KiB, 1280 * KiB))
    await eventually(() => reader.length === 1280 * KiB)
    reader.reads?.rest()
    await send(one.far, largeBody.subarray(1280 * KiB, 1288 * KiB))
    await eventually(() => reader.length === 1288 * KiB)
    await send(two.far, largeBody)
    await eventually(() => other.length === largeBody.length)
    expect(Buffer.concat(reader.held).equals(largeBody.subarray(1024 * KiB, 1288 * KiB))).toBe(true)
  })

  test('begun by somebody who has paused meanwhile, it does not read on', async () => {
    using sockets = await pair(kind)
    const { near, far } = sockets
    let length = 0
    const count = (bytes: Buffer): void => {
      length += bytes.length
    }
    let reads: BlockReads | undefined
    near.on('data', (bytes: Buffer) => {
      count(bytes)
      near.pause()
      reads = BlockReads.begin(near, count, () => false) ?? reads
    })
    near.resume()
    const sent = send(far, Buffer.concat([largeBody, largeBody, largeBody, largeBody]))
    await eventually(() => reads !== undefined)
    for (let turn = 0; turn < 500; turn++) await setImmediate()
    // What had been read when it was paused still comes.
    expect(length).toBeLessThan(256 * KiB)
    near.resume()
    await sent
    await eventually(() => length === 4 * largeBody.length)
  })

  test('paused, it does not read on', async () => {
    using sockets = await pair(kind)
    const reader = new Reader(sockets.near)
    await send(sockets.far, largeBody)
    await eventually(() => reader.length === largeBody.length)
    const events = reader.events
    sockets.near.pause()
    const sent = send(sockets.far, Buffer.concat([largeBody, largeBody, largeBody, largeBody]))
    // Whoever sends is stopped by it, in the end.
    await eventually(() => sockets.far.writableNeedDrain && sockets.far.writableLength > 0)
    for (let turn = 0; turn < 100; turn++) await setImmediate()
    expect(reader.length).toBe(largeBody.length)
    sockets.near.resume()
    await sent
    await eventually(() => reader.length === 5 * largeBody.length)
    expect(reader.events).toBe(events)
  })

  test('the end comes behind the last byte', async () => {
    using sockets = await pair(kind)
    const reader = new Reader(sockets.near)
    const ended = once(sockets.near, 'end').then(() => reader.length)
    await send(sockets.far, largeBody)
    sockets.far.end()
    expect(await ended).toBe(largeBody.length)
  })

  test('begun in the middle of a queue, the queue comes first', async () => {
    using sockets = await pair(kind)
    const reader = new Reader(sockets.near)
    sockets.near.pause()
    const sent = send(sockets.far, largeBody)
    await eventually(() => sockets.near.isPaused() && sockets.far.bytesWritten > 0)
    sockets.near.read(0)
    await eventually(() => sockets.near.readableLength > 16 * KiB)
    sockets.near.resume()
    await sent
    await eventually(() => reader.length === largeBody.length)
    expect(reader.all.equals(largeBody)).toBe(true)
    expect(reader.reads).toBeDefined()
  })

  test('ended, bytes are events again, and wait while nobody wants them', async () => {
    using sockets = await pair(kind)
    const reader = new Reader(sockets.near)
    await send(sockets.far, largeBody)
    await eventually(() => reader.length === largeBody.length)
    const { events } = reader
    reader.reads?.end()
    sockets.near.pause()
    const sent = send(sockets.far, largeBody)
    sockets.near.resume()
    await sent
    await eventually(() => reader.length === 2 * largeBody.length)
    expect(reader.all.equals(Buffer.concat([largeBody, largeBody]))).toBe(true)
    expect(reader.events).toBeGreaterThan(events)
  })
})

test('a socket that looks different stays as it is', async () => {
  using sockets = await pair('plain')
  const { near } = sockets
  Object.defineProperty(near, '_handle', {
    value: { ...Object(Reflect.get(near, '_handle')), useUserBuffer: undefined },
  })
  const never = (): never => {
    throw new Error('not to be called')
  }
  expect(readInto(near, never, never)).toBe(false)
})
