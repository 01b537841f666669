/** An event stream over HTTP/2, intercepted, of which each event is asked for. */
import type { ServerHttp2Stream } from 'node:http2'
import { connectHttp2Client, startHttp2Origin, type Http2Client } from '../main/testing/http2-ends.ts'
import { within } from './within.ts'

const patienceMs = 10_000

export type RunningStream = AsyncDisposable & {
  /** For further requests: their origin answers with their path. */
  client: Http2Client
  /** The origin sends it, whoever listens. */
  send: (event: string) => void
  /** Resolves when it has arrived. */
  arrives: (event: string) => Promise<void>
  /** Resolves when the end has arrived. */
  end: () => Promise<void>
}

/** `path`: of the stream. */
export async function openStream(proxyPort: number, ca: string, path: string): Promise<RunningStream> {
  let events: ServerHttp2Stream | undefined
  const origin = await startHttp2Origin((stream, _list, headers) => {
    if (headers[':path'] === path) {
      events = stream
      stream.respond({ ':status': 200, 'content-type': 'text/event-stream' })
    } else {
      stream.respond({ ':status': 200 })
      stream.end(headers[':path'])
    }
  })
  const client = await connectHttp2Client(proxyPort, origin.authority, ca)
  const stream = client.ask(path)
  await client.answer(stream)
  let got = ''
  let look = (): void => undefined
  stream.on('data', (bytes: Buffer) => {
    got += bytes.toString()
    look()
  })
  const closed = new Promise<void>((resolve) => stream.once('close', resolve))
  return {
    client,
    send: (event) => void events?.write(`data: ${event}\n\n`),
    async arrives(event) {
      const seen = new Promise<void>((resolve) => {
        look = () => {
          if (got.includes(`data: ${event}\n\n`)) resolve()
        }
        look()
      })
      await within(patienceMs, seen, `the event "${event}" over HTTP/2`)
    },
    async end() {
      events?.end()
      await within(patienceMs, closed, 'the end of a stream over HTTP/2')
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await origin[Symbol.asyncDispose]()
    },
  }
}
