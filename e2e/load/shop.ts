/** Origins with names of their own, and the traffic of a morning: pages, an API, a language model that speaks, a video. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { makeCertificate } from '../../main/certificates/testing.ts'
import { originCa } from '../../main/testing/scripted-origin.ts'
import { curl } from '../fixtures/curl.ts'

const names = ['api.example.com', 'llm.example.com', 'shop.example.com', 'cdn.example.com', 'events.example.com']
/** Of this machine, but not where anybody else listens. */
const address = '127.42.0.1'

/**
 * What is put before a command to give it these names: another /etc/hosts, in a mount namespace of its own. Undefined
 * where that is not allowed; the origins are then localhost with their ports.
 */
export function hostNames(folder: string): readonly string[] | undefined {
  const file = join(folder, 'hosts')
  writeFileSync(file, ['127.0.0.1 localhost', ...names.map((name) => `${address} ${name}`), ''].join('\n'))
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user']
  const prefix = ['unshare', '--mount', ...user, 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', file]
  const [program = '', ...args] = prefix
  const { status, stdout } = spawnSync(program, [...args, 'getent', 'hosts', names[0] ?? ''], { encoding: 'utf8' })
  return process.getuid?.() === 0 && status === 0 && stdout.startsWith(address) ? prefix : undefined
}

export type Shop = AsyncDisposable & {
  /** How many there are in the end. */
  flows: number
  /** The path of the answer that is still being written. */
  answer: string
  /** That of one whose body is JSON. */
  json: string
  /** The CA that has signed the origins' certificate, as a file in this folder. */
  caFile(folder: string): string
  /** Asks for everything; what streams goes on. */
  visit(host: { url: string; ca: string }): Promise<void>
  /** Whatever streams says some more. */
  speak(): Promise<void>
}

const words =
  'Water that stands behind a dam is held. Above a level it passes over the spillway, and nobody has to wait for it.'.split(
    ' ',
  )
const user = (id: number) => ({ id, name: `User ${id}`, mail: `user${id}@example.com`, orders: id * 3 })
const json = (value: unknown): [string, string] => ['application/json', JSON.stringify(value)]

type Asked = {
  host: string
  path: string
  args?: string[]
  plain?: boolean
  status?: number
  running?: boolean
  /** How it ends otherwise than well. */
  end?: 'cut' | 'left'
  make: () => [type: string, body: string | Buffer]
}

const answerPath = '/v1/messages'
const asked: Asked[] = [
  {
    host: 'shop.example.com',
    path: '/',
    plain: true,
    make: () => ['text/html; charset=utf-8', `<!doctype html><title>Shop</title>${'<p>hello</p>'.repeat(400)}`],
  },
  {
    host: 'cdn.example.com',
    path: '/assets/app.3f9c1a.js',
    make: () => ['text/javascript', 'export {}\n'.repeat(18_000)],
  },
  {
    host: 'cdn.example.com',
    path: '/assets/app.3f9c1a.css',
    make: () => ['text/css', 'p { margin: 0 }\n'.repeat(1900)],
  },
  { host: 'cdn.example.com', path: '/img/hero@2x.webp', make: () => ['image/webp', Buffer.alloc(418_000, 'RIFF')] },
  {
    host: 'api.example.com',
    path: '/v2/session',
    args: ['-X', 'POST', '-d', '{"remember": true}'],
    status: 201,
    make: () => json({ token: 'b8f4', expires: 3600 }),
  },
  {
    host: 'api.example.com',
    path: '/v2/users?page=1&per_page=50',
    make: () => json({ users: Array.from({ length: 50 }, (_, id) => user(id)) }),
  },
  { host: 'api.example.com', path: '/v2/users/42', make: () => json(user(42)) },
  { host: 'api.example.com', path: '/v2/users/42/avatar', status: 404, make: () => json({ error: 'no such avatar' }) },
  {
    host: 'api.example.com',
    path: '/v2/cart',
    args: ['-X', 'PUT', '-d', '{"items": [3, 5]}'],
    make: () => json({ items: [3, 5], total: 1299 }),
  },
  {
    host: 'api.example.com',
    path: '/v2/checkout',
    args: ['-X', 'POST', '-d', '{}'],
    status: 500,
    make: () => json({ error: 'the payment service does not answer' }),
  },
  { host: 'api.example.com', path: '/v2/export/orders.csv', make: () => ['text/csv', 'id,sum\n'.repeat(410_000)] },
  { host: 'cdn.example.com', path: '/video/intro.mp4', make: () => ['video/mp4', Buffer.alloc(14_200_000, 'mdat')] },
  {
    host: 'cdn.example.com',
    path: '/releases/app-4.2.0.dmg',
    make: () => ['application/octet-stream', Buffer.alloc(38_000_000, 'koly')],
  },
  {
    host: 'api.example.com',
    path: '/v2/orders?status=open',
    make: () => json({ orders: Array.from({ length: 20 }, (_, id) => ({ id, sum: id * 100 })) }),
  },
  {
    host: 'llm.example.com',
    path: '/v1/models',
    make: () => json({ data: ['small', 'large'].map((id) => ({ id, object: 'model' })) }),
  },
  {
    host: 'api.example.com',
    path: '/v2/reports/2026.ndjson',
    end: 'cut',
    make: () => ['application/x-ndjson', '{"day": 1}\n'.repeat(900)],
  },
  {
    host: 'llm.example.com',
    path: '/v1/complete',
    args: ['-X', 'POST', '-d', '{"stream": true}'],
    end: 'left',
    make: () => ['text/event-stream', 'data: {"text": "Once upon"}\n\n'],
  },
  {
    host: 'events.example.com',
    path: '/orders/stream',
    running: true,
    make: () => ['text/event-stream', 'event: order\ndata: {"id": 1041, "state": "packed"}\n\n'],
  },
  {
    host: 'events.example.com',
    path: '/prices.ndjson',
    plain: true,
    running: true,
    make: () => ['application/x-ndjson', '{"sku": "A-17", "cents": 1299}\n'],
  },
  { host: 'shop.example.com', path: '/favicon.ico', plain: true, make: () => ['image/x-icon', Buffer.alloc(4286)] },
  {
    host: 'llm.example.com',
    path: answerPath,
    args: ['-X', 'POST', '-d', '{"stream": true}'],
    running: true,
    make: () => ['text/event-stream', 'event: message_start\ndata: {"type": "message_start"}\n\n'],
  },
  { host: 'api.example.com', path: '/v2/users/43', make: () => json(user(43)) },
  {
    host: 'api.example.com',
    path: '/v2/search?q=spillway',
    make: () => json({ hits: Array.from({ length: 12 }, (_, id) => ({ id, score: 1 / (id + 1) })) }),
  },
]

export async function startShop(named: boolean): Promise<Shop> {
  const running = new Map<string, ServerResponse>()
  let word = 0
  const listener: RequestListener = (request, response) => {
    // Long enough to be seen as waiting, and another for each.
    setTimeout(() => answer(request, response), ((request.url ?? '').length * 37) % 140)
  }
  const answer: RequestListener = (request, response) => {
    const found = asked.find(({ path }) => path === request.url)
    if (!found) return void response.writeHead(404).end()
    const [type, body] = found.make()
    response.writeHead(found.status ?? 200, {
      'Content-Type': type,
      'Cache-Control': 'no-cache',
      Server: 'shop',
      ...(found.running || found.end ? {} : { 'Content-Length': Buffer.byteLength(body) }),
    })
    response.write(body)
    if (found.end === 'cut') setTimeout(() => response.destroy(), 40)
    else if (found.running || found.end === 'left') running.set(found.path, response)
    else response.end()
  }
  const ca = await originCa()
  const { pem, keyPem } = await makeCertificate('shop', { names: [...names, 'localhost'], by: ca })
  const plain = createServer(listener)
  const secure = createSecureServer({ cert: pem, key: keyPem }, listener)
  const listening = (server: Server, port: number): Promise<number> =>
    new Promise((done, fail) => {
      server.once('error', fail)
      server.listen(named ? port : 0, named ? address : '127.0.0.1', () => done((server.address() as AddressInfo).port))
    })
  const ports = { http: await listening(plain, 80), https: await listening(secure, 443) }
  const urlOf = ({ host, path, plain: isPlain }: Asked): string => {
    const scheme = isPlain ? 'http' : 'https'
    return named ? `${scheme}://${host}${path}` : `${scheme}://localhost:${ports[scheme]}${path}`
  }
  const clients: Promise<unknown>[] = []
  return {
    flows: asked.length,
    answer: answerPath,
    json: '/v2/users?page=1&per_page=50',
    caFile(folder) {
      mkdirSync(folder, { recursive: true })
      const file = join(folder, 'shop-ca.pem')
      writeFileSync(file, ca.pem)
      return file
    },
    async visit(host) {
      for (const one of asked) {
        const leaving = one.end === 'left' ? ['--max-time', '0.4'] : []
        const args = ['-N', '-o', '/dev/null', ...leaving, ...(one.args ?? []), urlOf(one)]
        const client = curl(host, args, { withinMs: 60_000 })
        if (!one.running) await client
        else {
          clients.push(client)
          while (!running.has(one.path)) await new Promise((next) => setImmediate(next))
        }
      }
    },
    async speak() {
      for (let n = 0; n < 24; n++) {
        const text = words[word++ % words.length]
        running
          .get(answerPath)
          ?.write(
            `event: content_block_delta\ndata: {"type": "content_block_delta", "delta": {"text": "${text} "}}\n\n`,
          )
        if (n % 4 === 0)
          running.get('/orders/stream')?.write(`event: order\ndata: {"id": ${1041 + word}, "state": "packed"}\n\n`)
        running.get('/prices.ndjson')?.write(`{"sku": "A-${17 + (word % 9)}", "cents": ${1299 + word}}\n`)
        // A word at a time, as they are spoken.
        await new Promise((next) => setTimeout(next, 25))
      }
    },
    async [Symbol.asyncDispose]() {
      for (const response of running.values()) response.end()
      await Promise.all(clients)
      for (const server of [plain, secure]) {
        server.closeAllConnections()
        await new Promise((done) => server.close(done))
      }
    },
  }
}
