/** A page that has twenty streams of HTTP/2 open at once, an EventSource and a WebSocket: everything arrives as it flows. */
import { once } from 'node:events'
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { expect } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import { startChromium } from '../fixtures/chromium.ts'
import { startSpillway } from '../fixtures/spillway.ts'
import { test } from '../fixtures/test.ts'

const streams = 20
const pieces = 5

/**
 * Whoever has a piece says so, and only then does the origin send the next: a proxy that holds one back stops the page.
 * The first pieces come when all have begun.
 */
const html = `<!doctype html><title>loading</title><link rel="icon" href="data:,"><script type="module">
const seen = (who) => fetch('/seen?' + who, { method: 'POST' })
const all = []
const body = async (n) => {
  const reader = (await fetch('/flow?' + n)).body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (let read; !(read = await reader.read()).done; ) {
    text += read.value
    await seen('flow' + n)
  }
  return text
}
for (let n = 0; n < ${streams}; n++) all.push(body(n))
all.push(new Promise((resolve) => {
  const source = new EventSource('/events')
  let text = ''
  source.onmessage = ({ data, lastEventId }) => {
    text += data
    if (lastEventId === '${pieces}') source.close(), resolve(text)
    else void seen('events')
  }
}))
all.push(new Promise((resolve) => {
  const socket = new WebSocket('wss://' + location.host + '/ws')
  let text = ''
  socket.onmessage = ({ data }) => { text += data; socket.send('seen') }
  socket.onclose = ({ code }) => resolve(text + code)
}))
window.texts = await Promise.all(all)
document.title = 'all is there'
</script>`

class Site implements AsyncDisposable {
  /** "https://localhost:PORT" */
  readonly base: string
  readonly #close: () => Promise<void>
  private constructor(base: string, close: () => Promise<void>) {
    this.base = base
    this.#close = close
  }

  static async start(certificate: { cert: string; key: string }): Promise<Site> {
    const next = new Map<string, () => void>()
    const waiting: (() => void)[] = []
    /** `more(n)`: the n-th piece, from 1 on; undefined: no more. */
    const flow = (who: string, more: (n: number | undefined) => void): void => {
      let sent = 0
      const step = (): void => more(sent === pieces ? undefined : ++sent)
      next.set(who, step)
      waiting.push(step)
      if (waiting.length === streams + 2) for (const begin of waiting) begin()
    }
    const answer = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
      const [path = '', query = ''] = request.url.split('?')
      if (path === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(html)
      else if (path === '/seen') {
        response.end()
        next.get(query)?.()
      } else if (path === '/flow') {
        response.writeHead(200, { 'content-type': 'application/octet-stream' })
        flow(`flow${query}`, (n) => void (n === undefined ? response.end() : response.write(`${query}.${n} `)))
      } else if (path === '/events') {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        flow('events', (n) => n !== undefined && response.write(`id: ${n}\ndata: event ${n} \n\n`))
      } else response.writeHead(404).end()
    }
    const server = createSecureServer({ ...certificate, allowHTTP1: true }, answer)
    const sockets = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request: Parameters<typeof sockets.handleUpgrade>[0], socket: Socket, head: Buffer) => {
      sockets.handleUpgrade(request, socket, head, (client: WebSocket) => {
        flow('ws', (n) => (n === undefined ? client.close(1000) : client.send(`message ${n} `)))
        client.on('message', () => next.get('ws')?.())
      })
    })
    const open = new Set<ServerHttp2Session>()
    server.on('session', (session: ServerHttp2Session) => open.add(session.on('close', () => open.delete(session))))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // not a pipe
    return new Site(`https://localhost:${port}`, async () => {
      for (const session of open) session.destroy()
      for (const client of sockets.clients) client.terminate()
      await new Promise((resolve) => server.close(resolve))
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }
}

// To a proxy by https:// it speaks HTTP/2 as well, and each tunnel is a stream.
const proxies = [
  ['http://127.0.0.1', '1.1'],
  ['https://localhost', '2'],
] as const

test.for(proxies)(
  'by %s: twenty streams, an EventSource and a WebSocket at once',
  async ([proxy, version], { folder, certificates }) => {
    await using site = await Site.start(certificates.pem)
    await using spillway = await startSpillway(['--stream', '0', '--origin-ca', certificates.ca])
    await using chromium = await startChromium(folder, `${proxy}:${spillway.listeningPort}`, [spillway.ca])
    const { page } = chromium
    expect(await page.goTo(`${site.base}/`)).toBeUndefined()
    await page.until("document.title === 'all is there'")
    const counted = (what: (n: number) => string): string =>
      Array.from({ length: pieces }, (_, n) => what(n + 1)).join('')
    expect(await page.evaluate('window.texts')).toEqual([
      ...Array.from({ length: streams }, (_, stream) => counted((n) => `${stream}.${n} `)),
      counted((n) => `event ${n} `),
      `${counted((n) => `message ${n} `)}1000`,
    ])

    const flows = []
    for (let stream = 0; stream < streams; stream++) {
      const flow = await spillway.flow(({ url }) => url === `${site.base}/flow?${stream}`)
      expect(flow).toMatchObject({
        httpVersion: '2',
        delivery: 'streamed',
        response: { httpVersion: '2', chunks: pieces, deliveredChunks: pieces },
        error: null,
      })
      flows.push(flow)
    }
    expect(new Set(flows.map(({ client }) => client.id)).size).toBe(1)
    expect(new Set(flows.map(({ origin }) => origin?.id)).size).toBe(1)
    const events = await spillway.flowOf('/events')
    expect(events).toMatchObject({ reason: 'live type text/event-stream', response: { chunks: pieces } })
    // The page has closed it.
    expect(events.error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client' })
    // RFC 8441: it is one of the streams of the same connection, and an upgrade of HTTP/1.1 to the origin.
    const socket = await spillway.flowOf('/ws')
    expect(socket).toMatchObject({ httpVersion: '2', status: 101, response: { httpVersion: '1.1' }, error: null })
    expect(socket.client.id).toBe(flows[0]?.client.id)
    // What needs no tunnel says what is spoken with the proxy.
    await page.goTo('http://spillway.local/')
    expect((await spillway.flowOf('//spillway.local/')).httpVersion).toBe(version)
  },
)
