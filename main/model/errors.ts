/**
 * The two kinds of failure that are values (the third, a bug, throws).
 * A traffic failure is data on its flow; an operation failure is an EngineError with a sentence that says what to do.
 */
import type { ModifierErrorCode } from './modifier.ts'

/** Whose fault ended a flow. `proxy`: we refused, or the user killed it. */
export type Side = 'client' | 'origin' | 'proxy' | 'modifier'

/** What the flow was doing when it failed, in the order in which a flow goes through it. */
export type Phase =
  | 'client-tls'
  | 'request-head'
  | 'request-body'
  | 'dns'
  | 'connect'
  | 'origin-tls'
  | 'response-head'
  | 'response-body'
  | 'tunnel'

export type FlowErrorCode =
  | ModifierErrorCode // a user's modifier failed
  | 'BAD_REQUEST' // the client's message breaks RFC 9112
  | 'BAD_RESPONSE' // the origin's message breaks RFC 9112
  | 'CLIENT_CLOSED' // the client left before the end: neutral, not a failure
  | 'CLIENT_TLS' // the TLS handshake with the client failed
  | 'CLIENT_UNTRUSTING' // the client refused our certificate
  | 'CONNECT_REFUSED'
  | 'CONNECT_TIMEOUT'
  | 'CONNECT_UNREACHABLE'
  | 'CONNECT_FAILED'
  | 'DNS_FAILED'
  | 'IDLE' // nothing came for longer than the idle limit the user set
  | 'KILLED' // ended by the user
  | 'LOOP' // the request would have come back to Spillway itself
  | 'ORIGIN_CLOSED' // the origin's connection ended before its message did
  | 'ORIGIN_CERTIFICATE' // verification failed
  | 'ORIGIN_TLS' // the handshake failed otherwise
  | 'ORIGIN_TIMEOUT'
  | 'PROXY_AUTH' // the client has not said the user and password that this proxy wants
  | 'SHUTDOWN' // Spillway stopped while the flow was running
  | 'UPSTREAM_FAILED' // the upstream proxy does not speak as it should, or is not to be trusted
  | 'UPSTREAM_REFUSED' // the upstream proxy answered, and opened no way
  | 'INTERNAL' // a bug of ours; the flow ended, the engine goes on

/** Why a flow failed. `message` is a sentence for people, without a stack. */
export type FlowError = {
  code: FlowErrorCode
  side: Side
  phase: Phase
  message: string
  /** Where a modifier failed, with line and column where they are known, from 1. */
  file?: string | undefined
  line?: number | undefined
  column?: number | undefined
}

export type EngineErrorCode =
  | 'PORT_TAKEN'
  | 'LISTEN_FAILED'
  | 'REVERSE_FAILED' // a port that was to stand for an origin: another one for the proxy would not help
  | 'LAN_NOT_ALLOWED'
  | 'CA_UNREADABLE'
  | 'CA_DAMAGED'
  | 'CA_UNWRITABLE'
  | 'BAD_SETTING'
  | 'BAD_MODIFIER'

/** An operation that could not be done; the message names the thing, what is wrong with it and what to do. */
export class EngineError extends Error {
  readonly code: EngineErrorCode
  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EngineError'
    this.code = code
  }
}
