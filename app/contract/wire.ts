/**
 * What travels over either wire. Electron's IPC carries these values as they are; over a WebSocket they are JSON, and
 * an answer with bytes is one binary message: the length of the JSON (4 bytes, big-endian), the JSON, the bytes.
 */
import type { CallName, EventName, EventValue } from './contract.ts'

export type CallErrorCode =
  | 'BAD_CALL' // not in the contract, or its input is not what the schema says
  | 'BAD_SETTING'
  | 'CANCELLED'
  | 'CLOSED' // the wire broke before the answer came
  | 'FAILED' // an EngineError, or a bug: the message says which
  | 'GONE'
  | 'NOT_DECODABLE'
  | 'NOT_HERE'

/** `key`: the setting that is wrong; `place`: where within it, e.g. "clientCerts[0].passphrase". */
export type CallFault = { code: CallErrorCode; message: string; key?: string; place?: string }

export class CallError extends Error {
  readonly code: CallErrorCode
  readonly key: string | undefined
  readonly place: string | undefined
  constructor({ code, message, key, place }: CallFault, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CallError'
    this.code = code
    this.key = key
    this.place = place
  }

  /** As it travels. */
  get fault(): CallFault {
    const { code, message, key, place } = this
    return { code, message, ...(key !== undefined && { key }), ...(place !== undefined && { place }) }
  }
}

/** `id` counts up within one connection. */
export type ToHost = { id: number; call: CallName; input: unknown } | { cancel: number }

export type Answer = { id: number; ok: true; value: unknown } | { id: number; ok: false; error: CallFault }
export type Told = { [E in EventName]: { event: E; value: EventValue<E> } }[EventName]
export type ToWindow = Answer | Told
