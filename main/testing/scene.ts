/** The usual test: one engine, one scripted origin, clients; disposed in the right order by one `await using`. */
import { expect } from 'vitest'
import type { Flow } from '../model/flow.ts'
import type { Settings } from '../model/settings.ts'
import { startEngine, type EngineOptions, type TestEngine } from './engine.ts'
import { eventually } from './eventually.ts'
import { connectClient, connectSecure } from './raw-client.ts'
import { originCa, startOrigin, type ScriptedOrigin } from './scripted-origin.ts'
import type { WireEnd } from './wire-end.ts'

export type SceneOptions = EngineOptions & {
  /** The origin speaks TLS, and clients come through an intercepted tunnel. */
  tls?: boolean
}

export class Scene implements AsyncDisposable {
  readonly proxy: TestEngine
  readonly origin: ScriptedOrigin
  readonly #tls: boolean
  readonly #clients: WireEnd[] = []

  constructor(proxy: TestEngine, origin: ScriptedOrigin, tls: boolean) {
    this.proxy = proxy
    this.origin = origin
    this.#tls = tls
  }

  /** A new client, connected to the proxy (under TLS: to the origin through it). */
  async client(): Promise<WireEnd> {
    const { port } = this.proxy
    const client = await (this.#tls ? connectSecure(port, this.origin.authority, this.proxy.ca) : connectClient(port))
    this.#clients.push(client)
    return client
  }

  /** A request for the origin as this scene's clients send it. `extra`: further field lines, each with CRLF. */
  requestText(path = '/', { method = 'GET', version = '1.1', extra = '' } = {}): string {
    const { authority } = this.origin
    const target = this.#tls ? path : `http://${authority}${path}`
    return `${method} ${target} HTTP/${version}\r\nHost: ${authority}\r\n${extra}\r\n`
  }

  /** Sends a request over a new client; answers when the origin has its head. */
  async ask(path = '/', options: Parameters<Scene['requestText']>[1] = {}): Promise<Asked> {
    return this.askAgain(await this.client(), path, options)
  }

  /** The same over a client that is there, whose request comes over a new connection to the origin. */
  async askAgain(client: WireEnd, path = '/', options: Parameters<Scene['requestText']>[1] = {}): Promise<Asked> {
    void client.write(this.requestText(path, options))
    return { client, ...(await this.origin.request()) }
  }

  /** The next flow that has ended; its times must be in order. */
  async ended(fits?: (flow: Flow) => boolean): Promise<Flow> {
    const flow = await this.proxy.ended(fits)
    const { dns, connect, tls, sent, firstByte, lastByte, end } = flow.timings
    const times = [0, dns, connect, tls, sent, firstByte, lastByte, end].filter((time) => time !== undefined)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    return flow
  }

  /** The one flow that is running, as it is now. */
  get running(): Flow {
    const [flow, ...more] = this.proxy.engine.running()
    if (!flow || more.length > 0) throw new Error(`${flow ? 1 + more.length : 0} flows are running`)
    return flow
  }

  /** Waits until the proxy has received so many bytes of the body of the one response that is under way. */
  hasReceived(bytes: number): Promise<void> {
    return eventually(() => this.running.response?.bytes === bytes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client[Symbol.asyncDispose]()
    // The origin's ends go only after the flows: an origin that dies would be one more thing that happens.
    await this.proxy.settled()
    await this.origin[Symbol.asyncDispose]()
    await this.proxy[Symbol.asyncDispose]()
  }
}

/** `head`: the request's, as the origin got it. */
export type Asked = { client: WireEnd; connection: WireEnd; head: string }

export async function openScene(wanted: Partial<Settings> = {}, { tls = false, ...options }: SceneOptions = {}) {
  const originCas = tls ? [(await originCa()).pem] : []
  const proxy = await startEngine({ originCas, ...wanted }, options)
  return new Scene(proxy, await startOrigin({ tls }), tls)
}
