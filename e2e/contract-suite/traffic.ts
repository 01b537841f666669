/** An origin for the suite: bodies that can be computed, and a stream that goes on until it is told to end. */
import { randomFillSync } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { head, Origin } from '../../app/headless/testing/origin.ts'

export const large = randomFillSync(new Uint8Array(1_000_003))
/** Its decoded end is far from its beginning: to get there takes a while. */
const long = gzipSync(new Uint8Array(48 * 1024 * 1024))

export type Traffic = AsyncDisposable & {
  url(path: string): string
  /** The running response of /stream. */
  stream(): Promise<ServerResponse>
}

export async function startTraffic(): Promise<Traffic> {
  const streams: ServerResponse[] = []
  let arrived: () => void = () => undefined
  const origin = await Origin.start((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://origin')
    if (pathname === '/large') response.setHeader('Content-Type', 'application/octet-stream').end(large)
    else if (pathname === '/long') response.setHeader('Content-Encoding', 'gzip').end(long)
    else if (pathname === '/stream') {
      response.setHeader('Content-Type', 'text/event-stream')
      response.write('data: 0\n\n')
      streams.push(response)
      arrived()
    } else response.setHeader('Content-Type', 'text/plain').end(`this is ${pathname}`)
  })
  return {
    url: (path) => origin.url(path),
    async stream() {
      while (streams.length === 0) await new Promise<void>((resolve) => (arrived = resolve))
      return streams.shift()!
    },
    [Symbol.asyncDispose]: () => origin[Symbol.asyncDispose](),
  }
}

/** Reads the whole answer, and does not keep it. */
export async function fetchThrough(port: number, url: string): Promise<void> {
  const response = await head(port, url)
  response.on('error', () => undefined).resume()
  await new Promise((resolve) => response.on('close', resolve))
}
