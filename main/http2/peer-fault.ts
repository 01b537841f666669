import { WireError } from '../http1/index.ts'

const faults = new Set(['ERR_HTTP2_ERROR', 'ERR_HTTP2_TOO_MANY_INVALID_FRAMES'])

/** The rule that the other side has broken, for which the library has ended its connection; undefined: it is no such error. */
export function peerFault(error: unknown): WireError | undefined {
  if (!(error instanceof Error) || !('code' in error) || !faults.has(String(error.code))) return undefined
  return new WireError(`it breaks a rule of HTTP/2 (${error.message})`)
}
