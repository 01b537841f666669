/** The same as http1-client.ts over HTTP/2, node:http2's: two streams of one connection, one after the other. */
import { once } from 'node:events'
import {
  connect as connectHttp2,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2'
import type { Socket } from 'node:net'
import { sumField, sumOf, type Outcome, type Talk } from '../talk.ts'
import { stillOpen } from './tunnel.ts'

export async function talkHttp2(
  talk: Talk,
  socket: Socket,
  authority: string,
  scheme: 'http' | 'https',
): Promise<Outcome[]> {
  const { delivery, seed } = talk.scenario
  stillOpen(socket)
  const session = connectHttp2(`${scheme}://${authority}`, { createConnection: () => socket })
  session.on('error', () => undefined)
  const pseudo = { ':scheme': scheme, ':authority': authority }
  try {
    await talk.enter('request-head')
    if (isOver(session)) return ['cut']
    const path = `/${delivery}/${seed}`
    const upload = session.request({ ':method': 'POST', ':path': path, ...pseudo }, { waitForTrailers: true })
    upload.on('wantTrailers', () => upload.sendTrailers({ [sumField]: sumOf(talk.requestBody.length) }))
    const answered = outcomeOf(talk, upload, talk.responseBody)
    await talk.enter('request-body')
    upload.write(talk.requestBody)
    await talk.enter('request-trailers')
    upload.end()
    const first = await answered
    if (first !== 'whole') return [first]
    await talk.enter('idle')
    await talk.enter('again')
    // As undici does: it asks nothing on a connection that is over.
    if (isOver(session)) return [first, 'cut']
    const again = session.request({ ':method': 'GET', ':path': `${path}/again`, ...pseudo })
    return [first, await outcomeOf(talk, again, Buffer.from('again'))]
  } finally {
    if (!session.destroyed) {
      const closed = once(session, 'close')
      session.destroy()
      await closed
    }
  }
}

/** A function, as the compiler does not know that it changes while something is awaited. */
function isOver(session: ClientHttp2Session): boolean {
  return session.destroyed || session.closed
}

function outcomeOf(talk: Talk, stream: ClientHttp2Stream, wanted: Buffer): Promise<Outcome> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let status: number | undefined
    let sum: unknown
    let ended = false
    stream.on('response', (headers) => (status = headers[':status']))
    stream.on('trailers', (trailers: IncomingHttpHeaders) => (sum = trailers[sumField]))
    stream.on('data', (bytes: Buffer) => parts.push(bytes))
    stream.on('end', () => (ended = true)).on('error', () => undefined)
    stream.on('close', () => {
      // What a connection takes along that dies under it ends without a code; who looks sees that it was aborted.
      if (!ended || stream.rstCode !== 0 || stream.aborted || status === undefined) {
        resolve('cut')
        return
      }
      const got = Buffer.concat(parts)
      if (status === 200) {
        talk.complete('a response', got, wanted, sum)
      } else if (!got.includes('(from Spillway)')) {
        talk.wrongs.push(`an answer of ${status} without words`)
      }
      resolve(status === 200 ? 'whole' : 'told')
    })
  })
}
