/**
 * Bytes are lent all the way from a read to a write, and everybody on the way (queues, records, who watches, requests
 * that wait) has to copy what it keeps. Who forgets is overwritten by a later read: nothing fails, the bytes are wrong.
 * So: everything at once, with pauses everywhere, and every byte compared at its end.
 */
import { createCipheriv, createHash, type Hash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { makeCertificate } from '../../certificates/testing.ts'
import { startEngine } from '../../testing/engine.ts'
import { connectClient, connectSecure } from '../../testing/raw-client.ts'
import { originCa } from '../../testing/scripted-origin.ts'
import type { WireEnd } from '../../testing/wire-end.ts'

const KiB = 1024
/** Around the sizes at which reads change their kind, and bodies the place where they are kept. */
const sizes = [0, 1, 700, 9 * KiB, 40 * KiB, 63 * KiB, 70 * KiB, 250 * KiB, 300 * KiB, 1500 * KiB, 5000 * KiB]

/** What the disk cannot take in time is recorded in part. */
const diskLags = 4096 * KiB

/** The same numbers for the same seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

/** No part of a body is like another part, or like that of another body: each block of the stream is of one number. */
function body(seed: number, length: number): Buffer {
  const counter = Buffer.alloc(16)
  counter.writeUInt32LE(seed)
  return createCipheriv('aes-128-ctr', Buffer.alloc(16), counter).update(Buffer.alloc(length))
}

const sum = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const bodies = new Map<number, { up: Buffer | undefined; down: Buffer }>()
afterAll(() => bodies.clear())

/** What request `n` sends, and what its answer has. */
function exchange(n: number) {
  const roll = dice(n * 7919 + 1)
  for (let skip = 0; skip < 5; skip++) roll(2)
  const upSize = roll(3) === 0 ? (sizes[roll(sizes.length)] ?? 0) : undefined
  const downSize = sizes[roll(sizes.length)] ?? 0
  const { up, down } = bodies.get(n) ?? {
    up: upSize === undefined ? undefined : body(2 * n, upSize),
    down: body(2 * n + 1, downSize),
  }
  bodies.set(n, { up, down })
  const type = roll(2) === 0 ? 'text/event-stream' : 'application/octet-stream'
  return { roll, up, down, type, chunked: roll(2) === 0, upChunked: roll(2) === 0 }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const n = Number(request.url?.slice(1))
  const { roll, down, type, chunked } = exchange(n)
  const came = createHash('sha256')
  for await (const bytes of request) {
    came.update(bytes as Buffer)
    if (roll(20) === 0) await wait(roll(15))
  }
  response.setHeader('Content-Type', type)
  // The next request waits for a connection, and its first bytes with it.
  if (roll(4) === 0) response.setHeader('Connection', 'close')
  response.setHeader('X-Came', came.digest('hex'))
  if (!chunked) response.setHeader('Content-Length', down.length)
  for (let at = 0; at < down.length;) {
    const piece = down.subarray(at, at + 1 + roll(roll(3) === 0 ? 900 : 200 * KiB))
    at += piece.length
    if (!response.write(piece)) await once(response, 'drain')
    if (roll(12) === 0) await wait(roll(10))
  }
  response.end()
}

/** All requests at once, as fast as they are taken; their answers in order. */
async function pipeline(client: WireEnd, prefix: string, host: string, numbers: number[]): Promise<void> {
  const sent = (async () => {
    for (const n of numbers) {
      const { up, upChunked } = exchange(n)
      const framing = !up ? '' : upChunked ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${up.length}\r\n`
      void client.write(`${up ? 'PUT' : 'GET'} ${prefix}/${n} HTTP/1.1\r\nHost: ${host}\r\n${framing}\r\n`)
      if (!up) continue
      if (!upChunked) await client.write(up)
      else {
        for (let at = 0; at < up.length; at += 50_000) {
          const piece = up.subarray(at, at + 50_000)
          void client.write(`${piece.length.toString(16)}\r\n`)
          void client.write(piece)
          await client.write('\r\n')
        }
        void client.write('0\r\n\r\n')
      }
    }
  })()
  for (const n of numbers) {
    const { roll, up, down } = exchange(n)
    const head = await client.readText('\r\n\r\n')
    if (roll(4) === 0) {
      client.socket.pause()
      await wait(roll(60))
      client.socket.resume()
    }
    const got = /transfer-encoding/i.test(head) ? await readChunks(client) : await client.readUntil(down.length)
    expect(got.equals(down), `the answer to ${n}`).toBe(true)
    expect(/x-came: (\w+)/i.exec(head)?.[1], `the request ${n}`).toBe(sum(up ?? Buffer.alloc(0)))
  }
  await sent
}

async function readChunks(client: WireEnd): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (;;) {
    const size = Number.parseInt(await client.readText('\r\n'), 16)
    if (size > 0) chunks.push(await client.readUntil(size))
    await client.readUntil('\r\n')
    if (size === 0) return Buffer.concat(chunks)
  }
}

test.each([
  ['plain', false],
  ['under TLS', true],
])(
  '%s: uploads and answers, pipelined, paused, held, streamed, recorded and watched: every byte is right',
  async (_, tls) => {
    const ca = tls ? await originCa() : undefined
    const streamSize = 60 * KiB
    await using proxy = await startEngine({ streamSize, originCas: ca ? [ca.pem] : [] })
    const watched = new Map<number, { hash: Hash; length: number }>()
    proxy.engine.onFlow(({ kind, flow }) => {
      if (kind !== 'delivery' || watched.has(flow.id)) return
      const seen = { hash: createHash('sha256'), length: 0 }
      watched.set(flow.id, seen)
      proxy.engine.watchBody(flow.id, (bytes, end) => {
        seen.hash.update(bytes)
        seen.length += bytes.length
        expect(end).toBe(seen.length)
      })
    })
    const certificate = ca && (await makeCertificate('localhost', { by: ca, names: ['localhost'] }))
    const on = (request: IncomingMessage, response: ServerResponse): void => void answer(request, response)
    const server = certificate
      ? createTlsServer({ key: certificate.keyPem, cert: certificate.pem }, on)
      : createServer(on)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const host = `${tls ? 'localhost' : '127.0.0.1'}:${(server.address() as AddressInfo).port}`
    const clients: WireEnd[] = []
    try {
      const all = Array.from({ length: 8 }, async (__, which) => {
        const client = await (tls ? connectSecure(proxy.port, host, proxy.ca) : connectClient(proxy.port))
        clients.push(client)
        const numbers = Array.from({ length: 25 }, (___, index) => which * 100 + index)
        await pipeline(client, tls ? '' : `http://${host}`, host, numbers)
      })
      await Promise.all(all)
      await proxy.settled()
      const flows = proxy.engine.flows.list(0, 1000).filter(({ method }) => method !== 'CONNECT')
      expect(flows).toHaveLength(200)
      for (const flow of flows) {
        const { up, down, type } = exchange(Number(flow.url.slice(flow.url.lastIndexOf('/') + 1)))
        const whole = type === 'text/event-stream' || down.length <= streamSize
        if (down.length > 0) expect(watched.get(flow.id)?.hash.digest('hex'), `watched ${flow.url}`).toBe(sum(down))
        const kept = (await proxy.body(flow)) ?? Buffer.alloc(0)
        if (whole && down.length < diskLags) expect(kept.length).toBe(down.length)
        expect(kept.equals(down.subarray(0, kept.length)), `recorded ${flow.url}`).toBe(true)
        if (!up) continue
        const sent = (await proxy.body(flow, 'request')) ?? Buffer.alloc(0)
        if (up.length < diskLags) expect(sent.length).toBe(up.length)
        expect(sent.equals(up.subarray(0, sent.length)), `sent ${flow.url}`).toBe(true)
      }
    } finally {
      for (const client of clients) await client[Symbol.asyncDispose]()
      server.close()
      server.closeAllConnections()
    }
  },
  60_000,
)
