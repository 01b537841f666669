/** Upstream proxies that work, on port 0: an HTTP proxy (also over TLS) and a SOCKS5 server. They tell what they heard. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { WireEnd } from './wire-end.ts'

export type UpstreamFixture = AsyncDisposable & {
  readonly port: number
  /** What it was asked for: heads of requests, or "host:port" of SOCKS. */
  readonly asked: string[]
  /** "user:password", as it was told them. */
  readonly told: string[]
  /** Connections it has now. */
  readonly open: ReadonlySet<Socket>
}

type Common = {
  /** Each byte of its own words by itself. */
  dripping?: boolean
  /** Sent together with the answer that opens the way. */
  early?: string
  /** "user:password" it wants. */
  wants?: string
}

export type HttpProxyOptions = Common & {
  tls?: TlsOptions
  /** In place of the answer to a CONNECT; the connection is closed behind it. */
  answer?: string
}

/** CONNECT makes a tunnel; requests in absolute-form, without bodies, are sent on to their origins. */
export function startHttpProxy({ tls, answer, ...common }: HttpProxyOptions = {}): Promise<UpstreamFixture> {
  return start(tls, async (client, fixture) => {
    for (;;) {
      const head = await client.readText('\r\n\r\n')
      fixture.asked.push(head)
      const basic = /\r\nproxy-authorization: basic (.*)\r\n/i.exec(head)?.[1]
      const credentials = basic === undefined ? '' : Buffer.from(basic, 'base64').toString()
      if (basic !== undefined) fixture.told.push(credentials)
      const refused =
        common.wants !== undefined && credentials !== common.wants
          ? 'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
          : answer
      if (refused !== undefined) {
        await say(client, refused, common)
        client.end()
        return
      }
      const [method = '', target = ''] = head.split(' ')
      const { hostname, port } = new URL(method === 'CONNECT' ? `http://${target}` : target)
      const origin = await reach(hostname, Number(port || 80), fixture)
      if (method === 'CONNECT') {
        await say(client, `HTTP/1.1 200 Connection established\r\n\r\n${common.early ?? ''}`, common)
        join(client, origin)
        return
      }
      const path = new URL(target).pathname
      void origin.write(head.replace(target, path).replace(/proxy-authorization: .*\r\n/i, ''))
      // One answer of a known length, or what comes until the end.
      const answered = await origin.readText('\r\n\r\n')
      void client.write(answered)
      const length = /content-length: (\d+)/i.exec(answered)?.[1]
      if (length === undefined) {
        join(client, origin)
        return
      }
      void client.write(await origin.readUntil(Number(length)))
      origin.destroy()
    }
  })
}

export type SocksOptions = Common & {
  /** The reply to the request; 0 opens the way. */
  reply?: number
  /** In place of its first answer. */
  method?: number[]
}

export function startSocks5({ reply = 0, method, ...common }: SocksOptions = {}): Promise<UpstreamFixture> {
  return start(undefined, async (client, fixture) => {
    const [, count = 0] = await client.readUntil(2)
    const methods = [...(await client.readUntil(count))]
    const chosen = common.wants === undefined ? 0 : methods.includes(2) ? 2 : 0xff
    await say(client, Buffer.from(method ?? [5, chosen]), common)
    if (chosen === 2) {
      const [, userLength = 0] = await client.readUntil(2)
      const user = await client.readText(userLength)
      const [passwordLength = 0] = await client.readUntil(1)
      const credentials = `${user}:${passwordLength > 0 ? await client.readText(passwordLength) : ''}`
      fixture.told.push(credentials)
      await say(client, Buffer.from([1, credentials === common.wants ? 0 : 1]), common)
    }
    const [, , , kind] = await client.readUntil(4)
    const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await client.readUntil(1))[0] ?? 0)
    const address = await client.readUntil(length)
    const port = (await client.readUntil(2)).readUInt16BE()
    const host = kind === 1 ? [...address].join('.') : kind === 4 ? ipv6(address) : address.toString()
    fixture.asked.push(`${host}:${port}`)
    if (reply !== 0) {
      await say(client, Buffer.from([5, reply, 0, 1]), common)
      client.end()
      return
    }
    const origin = await reach(host, port, fixture)
    await say(
      client,
      Buffer.concat([Buffer.from([5, 0, 0, 3, 1, 0x78, 0, 1]), Buffer.from(common.early ?? '')]),
      common,
    )
    join(client, origin)
  })
}

const ipv6 = (bytes: Buffer): string =>
  `[${Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2).toString(16)).join(':')}]`

type Fixture = { asked: string[]; told: string[]; open: Set<Socket> }

async function start(
  tls: TlsOptions | undefined,
  serve: (client: WireEnd, fixture: Fixture) => Promise<void>,
): Promise<UpstreamFixture> {
  const fixture: Fixture = { asked: [], told: [], open: new Set() }
  const accept = (socket: Socket): void => {
    const client = new WireEnd(socket.setNoDelay())
    // A client that leaves in the middle is no failure of the fixture.
    serve(client, fixture).catch(() => client.destroy())
  }
  const server: Server = tls ? createTlsServer(tls, accept) : createServer({ allowHalfOpen: true }, accept)
  server.on('connection', (socket: Socket) => {
    fixture.open.add(socket)
    socket.on('error', () => undefined).on('close', () => fixture.open.delete(socket))
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    ...fixture,
    port: (server.address() as AddressInfo).port, // not a pipe, so an address
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of fixture.open) socket.destroy()
      await closed
    },
  }
}

/** Names below .test are this machine. */
async function reach(hostname: string, port: number, { open }: Fixture): Promise<WireEnd> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/^.*\.test$/, '127.0.0.1')
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true })
  open.add(socket.on('close', () => open.delete(socket)))
  const origin = new WireEnd(socket)
  await once(socket, 'connect')
  return origin
}

async function say(client: WireEnd, words: string | Buffer, { dripping = false }: Common): Promise<void> {
  const bytes = typeof words === 'string' ? Buffer.from(words, 'latin1') : words
  if (!dripping) return client.write(bytes)
  for (const byte of bytes) {
    await client.write(Buffer.of(byte))
    await setImmediate()
  }
}

function join(one: WireEnd, two: WireEnd): void {
  for (const [from, to] of [
    [one, two],
    [two, one],
  ] as const) {
    void (async () => {
      while (!from.closing || from.peek() !== '') void to.write(await from.readSome())
    })()
      .catch(() => undefined)
      .then(() => (from.closing === 'rst' ? to.destroy() : to.end()))
  }
}
