/** What the bench asks of its load process, and what it gets back. Plain values: they cross a process boundary. */
import type { Socket } from 'node:net'
import type { Route } from './route.ts'

export type Job = { readonly route: Route; readonly pid: number } & (
  | { readonly kind: 'requests'; readonly connections: number; readonly warm: number; readonly count: number }
  /** `path`: of the origin, without the number of bytes. */
  | { readonly kind: 'stream'; readonly path: string; readonly warmBytes: number; readonly bytes: number }
  | { readonly kind: 'ticks'; readonly path: string; readonly warm: number; readonly count: number }
  | { readonly kind: 'fair'; readonly path: string; readonly connections: number; readonly bytes: number }
  | { readonly kind: 'first-byte'; readonly warm: number; readonly count: number }
  /** HTTP/2, all over one connection; `bytes` of each stream. */
  | { readonly kind: 'multiplexed-requests'; readonly streams: number; readonly warm: number; readonly count: number }
  | {
      readonly kind: 'multiplexed-streams'
      readonly streams: number
      readonly warmBytes: number
      readonly bytes: number
    }
  | { readonly kind: 'new-hosts'; readonly warm: readonly string[]; readonly hosts: readonly string[] }
)

export type JobOf<Kind extends Job['kind']> = Extract<Job, { kind: Kind }>

/** Figure names to numbers; their units are the row's. */
export type Figures = Readonly<Record<string, number>>

export type JobResult =
  | { readonly ok: true; readonly figures: Figures }
  | { readonly ok: false; readonly wrongBytes: boolean; readonly message: string }

/** Sockets a job has open, and a promise that fails with the first thing that goes wrong on any of them. */
export class Trouble {
  readonly open = new Set<Socket>()
  readonly #failed = Promise.withResolvers<never>()

  constructor() {
    // Whoever races it handles it; nobody may, when all went well until the sockets are closed.
    this.#failed.promise.catch(() => undefined)
  }

  /** Feeds what arrives to `take`; what that throws, and an early end of the connection, fail the job. */
  watch(socket: Socket, take: (data: Buffer) => void): void {
    socket.on('data', (data: Buffer) => {
      try {
        take(data)
      } catch (error) {
        this.fail(error)
      }
    })
    socket.on('error', (error) => this.fail(error))
    socket.on('close', () => this.fail(new Error('the proxy closed the connection')))
  }

  fail(error: unknown): void {
    this.#failed.reject(error)
    this.close()
  }

  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#failed.promise])
  }

  close(): void {
    for (const socket of this.open) socket.destroy()
  }
}
