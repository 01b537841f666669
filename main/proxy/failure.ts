import { WireError } from '../http1/index.ts'
import { StreamReset } from '../http2/index.ts'
import type { FlowError, FlowErrorCode, Phase, Side } from '../model/errors.ts'
import type { Flow } from '../model/flow.ts'
import type { ModifierFailure } from '../model/modifier.ts'
import { CodingError } from '../streaming/index.ts'
import { tlsFailureInWords } from '../tls/index.ts'

/** In a user's file. */
type Where = Pick<FlowError, 'file' | 'line' | 'column'>

/** A traffic failure on its way to its flow, with the status its client is answered with when nothing was sent yet. */
export class Failure extends Error {
  readonly flowError: FlowError
  readonly status: number
  /** The origin has reset its stream of HTTP/2 with this code. */
  resetCode: number | undefined
  constructor(code: FlowErrorCode, side: Side, phase: Phase, message: string, status = 502, where?: Where) {
    super(message)
    this.name = 'Failure'
    this.flowError = { code, side, phase, message, ...where }
    this.status = status
  }
}

/** A modifier's own, at its place in the user's file. */
export function modifierFailure({ code, message, file, line, column }: ModifierFailure, phase: Phase): Failure {
  return new Failure(code, 'modifier', phase, message, 502, { file, line, column })
}

/** A body that was on its way comes no further. */
export function deliveryFailure(why: Error | ModifierFailure): Failure {
  if (!(why instanceof Error)) return modifierFailure(why, 'response-body')
  if (why instanceof CodingError) {
    const message = `The origin's body is not what its content coding says: ${why.message}`
    return new Failure('BAD_RESPONSE', 'origin', 'response-body', message)
  }
  const message = `The held body could not be read back from its temporary file: ${why.message}`
  return new Failure('INTERNAL', 'proxy', 'response-body', message)
}

/** `requestReceived`: all of the request had come. `how`: in a few words. */
export function clientLeft({ response }: Flow, requestReceived: boolean, how: string): FlowError {
  const phase = response ? 'response-body' : requestReceived ? 'response-head' : 'request-body'
  return { code: 'CLIENT_CLOSED', side: 'client', phase, message: `The client left before the end: ${how}` }
}

/** 101 without having been asked (RFC 9110 §15.2.2). */
export function unaskedSwitch(): Failure {
  const sentence = 'The origin switched to another protocol (101) without having been asked'
  return new Failure('BAD_RESPONSE', 'origin', 'response-head', sentence)
}

/** What must not happen ends the flow it happened to, and nothing else. */
export function bugFailure(bug: unknown, phase: Phase): Failure {
  const message = `A bug in Spillway ended this flow: ${bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)}`
  return new Failure('INTERNAL', 'proxy', phase, message.split('\n', 2).join(' ').replace(/ +/g, ' '))
}

/** The only 503 that is ours. */
export function noDescriptorsLeft(): Failure {
  const sentence =
    'Spillway has no file descriptors left for another connection: raise the limit (ulimit -n), or use fewer connections'
  return new Failure('CONNECT_FAILED', 'proxy', 'connect', sentence, 503)
}

/** Why no TCP connection came about. `where` is "host:port". */
export function dialFailure(error: unknown, where: string): Failure {
  if (error instanceof Failure) return error
  const code = errorCode(error)
  switch (code) {
    case 'ECONNREFUSED':
      return new Failure(
        'CONNECT_REFUSED',
        'origin',
        'connect',
        `${where} refused the connection: nothing listens there`,
      )
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'ENETDOWN':
    case 'EHOSTDOWN':
      return new Failure('CONNECT_UNREACHABLE', 'origin', 'connect', `${where} cannot be reached from here (${code})`)
    case 'EMFILE':
    case 'ENFILE':
      return noDescriptorsLeft()
    case 'ETIMEDOUT':
      return new Failure('CONNECT_TIMEOUT', 'origin', 'connect', `${where} did not answer`, 504)
    default:
      return new Failure('CONNECT_FAILED', 'origin', 'connect', `Connecting to ${where} failed: ${explain(error)}`)
  }
}

/** Why a name has no address. */
export function dnsFailure(error: unknown, host: string): Failure {
  const code = errorCode(error)
  const why =
    code === 'ENOTFOUND'
      ? 'no such name is known'
      : code === 'EAI_AGAIN'
        ? 'the name server did not answer; is this machine online?'
        : explain(error)
  return new Failure('DNS_FAILED', 'origin', 'dns', `The host ${host} was not found: ${why}`)
}

/** `fault`: where the message breaks RFC 9112. */
function badResponse(fault: Error, phase: Phase): Failure {
  return new Failure('BAD_RESPONSE', 'origin', phase, `The origin's answer is not valid HTTP: ${fault.message}`)
}

/** A request that cannot be taken as it has come. */
export function requestFailure(error: WireError, phase: Phase): Failure {
  const { status, message } = error
  const what =
    status === 408
      ? 'The client is too slow'
      : status === 403
        ? 'The request is refused'
        : 'The request is not valid HTTP'
  return new Failure('BAD_REQUEST', 'client', phase, `${what}: ${message}`, status)
}

/** What reading a response has thrown: a failure that is known, a message that breaks RFC 9112, or a bug. */
export function readFailure(error: unknown, phase: Phase): Failure {
  if (error instanceof Failure) return error
  return error instanceof WireError ? badResponse(error, phase) : bugFailure(error, phase)
}

/** The connection ended when so much of a response had come. */
export function originEnded(error: Error | undefined, had: 'nothing' | 'head' | 'body'): Failure {
  const when = {
    nothing: 'before it answered',
    head: 'in the middle of the response head',
    body: 'before the body was complete',
  }[had]
  const isTls = errorCode(error)?.startsWith('ERR_SSL_') === true
  const what = error ? (isTls ? tlsFailureInWords(error) : explain(error)) : 'it closed the connection'
  const phase = had === 'body' ? 'response-body' : 'response-head'
  if (error instanceof WireError) return badResponse(error, phase)
  const failure = new Failure('ORIGIN_CLOSED', 'origin', phase, `The origin ended ${when}: ${what}`)
  if (error instanceof StreamReset) failure.resetCode = error.resetCode
  return failure
}

/** What a broken socket says, in a few words. */
export function explain(error: unknown): string {
  const code = errorCode(error)
  if (code === 'ECONNRESET') return 'the connection was reset'
  if (code === 'EPIPE') return 'the connection was closed'
  if (code === 'ETIMEDOUT') return 'the other side stopped answering'
  return error instanceof Error ? error.message : String(error)
}

function errorCode(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0])
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
