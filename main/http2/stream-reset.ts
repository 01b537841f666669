import type { Http2Stream } from 'node:http2'

/** RFC 9113 §7, those that we speak of by name. */
export const resetCodes = {
  noError: 0x0,
  protocolError: 0x1,
  internalError: 0x2,
  settingsTimeout: 0x4,
  refusedStream: 0x7,
  cancel: 0x8,
  connectError: 0xa,
  enhanceYourCalm: 0xb,
  http11Required: 0xd,
} as const

const names = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
]

/** Where the name alone does not say it. */
const meanings: Record<string, string> = {
  PROTOCOL_ERROR: 'what it sent, or was sent, is not a message of HTTP/2',
  REFUSED_STREAM: 'it has done nothing for it',
  ENHANCE_YOUR_CALM: 'it is asked too much',
  HTTP_1_1_REQUIRED: 'it wants to be asked in HTTP/1.1',
}

/** The other side has ended a stream with this code: by RST_STREAM, or with the whole connection, by GOAWAY. */
export class StreamReset extends Error {
  readonly resetCode: number

  constructor(code: number, what: 'it reset the stream' | 'it ended the connection' = 'it reset the stream') {
    const name = names[code] ?? `error ${code}`
    const meaning = meanings[name]
    // The library says the same of what a peer has sent, for which we reset it.
    const how = code === resetCodes.protocolError && what === 'it reset the stream' ? 'the stream was reset' : what
    super(`${how}: ${name}${meaning === undefined ? '' : ` (${meaning})`}`)
    this.name = 'StreamReset'
    this.resetCode = code
  }
}

/** Sends RST_STREAM. What was written may not arrive; an end of it does not. */
export function resetStream(stream: Http2Stream, code: number): void {
  // `close` would end what is written first, as if it were complete.
  Object.defineProperty(stream, 'end', { value: () => stream })
  stream.close(code)
  // A connection that takes no bytes would keep it.
  setImmediate(() => stream.destroy())
}
