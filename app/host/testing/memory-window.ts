/**
 * For tests: a host on a free port with a folder of its own, and windows over a wire in memory. What crosses is cloned
 * as Electron does it, and every answer and event must be what the contract says.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import {
  calls,
  contract,
  type CallName,
  type EventName,
  type EventValue,
  type Output,
} from '../../contract/contract.ts'
import type { Values } from '../../contract/options.ts'
import { CallError, type ToWindow } from '../../contract/wire.ts'
import { openHost, type Host, type HostOptions } from '../index.ts'

export class TestHost implements AsyncDisposable {
  readonly host: Host
  readonly dir: string
  readonly notices: string[] = []

  private constructor(host: Host, dir: string) {
    this.host = host
    this.dir = dir
    host.onNotice((sentence) => this.notices.push(sentence))
  }

  static async open(fixed: Values = {}, more: Partial<HostOptions> = {}): Promise<TestHost> {
    const dataDir = mkdtempSync(join(tmpdir(), 'spillway-host-test-'))
    const info = { host: 'web', version: '1', platform: process.platform } as const
    const listen = { host: '127.0.0.1', port: 0 }
    const host = await openHost({ dataDir, fixed: { listen, holdMs: 3_600_000, ...fixed }, info, ...more })
    return new TestHost(host, dataDir)
  }

  window(backlog?: () => number): MemoryWindow {
    return new MemoryWindow(this.host, backlog)
  }

  /** Starts the capture; answers its port. */
  async port(): Promise<number> {
    const { address, problem } = await this.window().call('capture.start')
    if (!address) throw new Error(problem)
    return address.port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.close(0)
    rmSync(this.dir, { recursive: true, force: true })
    const bugs = this.notices.filter((notice) => notice.includes('bug'))
    if (bugs.length > 0) throw new Error(bugs.join('; '))
  }
}

export class MemoryWindow {
  /** Everything that was sent, oldest first. */
  readonly got: ToWindow[] = []
  readonly #wire: ReturnType<Host['connect']>
  readonly #waiting = new Set<() => void>()
  #ids = 0

  constructor(host: Host, backlog?: () => number) {
    this.#wire = host.connect((message) => {
      this.got.push(structuredClone(message))
      for (const look of [...this.#waiting]) look()
    }, backlog)
  }

  /** Sends whatever, as it would come over a wire. */
  send(message: unknown): void {
    this.#wire.receive(structuredClone(message))
  }

  /** Begins a call; `answer` rejects with CallError. */
  begin<N extends CallName>(call: N, input?: unknown): { id: number; answer: Promise<Output<N>> } {
    const id = ++this.#ids
    const answer = this.#first((message) => ('id' in message && message.id === id ? message : undefined)).then(
      (message) => {
        if (!message.ok) throw new CallError(message.error)
        // What a handler gives must be what the contract says, or this throws.
        return v.parse(v.strictObject({ value: calls[call].output }), { value: message.value }).value as Output<N>
      },
    )
    this.send({ id, call, input })
    return { id, answer }
  }

  call<N extends CallName>(call: N, input?: unknown): Promise<Output<N>> {
    return this.begin(call, input).answer
  }

  /** The first event that fits, also among those that came before. */
  event<E extends EventName>(name: E, fits: (value: EventValue<E>) => boolean = () => true): Promise<EventValue<E>> {
    return this.#first((message) => {
      if (!('event' in message) || message.event !== name) return undefined
      const value = v.parse(contract.events[name], message.value) as EventValue<E>
      return fits(value) ? value : undefined
    })
  }

  close(): void {
    this.#wire.close()
  }

  #first<T>(find: (message: ToWindow) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      let seen = 0
      const look = (): void => {
        try {
          for (; seen < this.got.length; seen++) {
            const message = this.got[seen]
            const found = message && find(message)
            if (found === undefined) continue
            this.#waiting.delete(look)
            resolve(found)
            return
          }
        } catch (error) {
          this.#waiting.delete(look)
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      }
      this.#waiting.add(look)
      look()
    })
  }
}
