import type { ClientHttp2Session, ServerHttp2Session, SessionOptions, Settings } from 'node:http2'
import type { WireLimits } from '../http1/index.ts'

const KiB = 1024
const MiB = 1024 * KiB

/** What one stream, and all of one connection, may have sent without having been read; 64 KiB would throttle real links. */
const streamWindow = MiB
const sessionWindow = 16 * MiB
/** To be called at once. The library tells of a beginning behind an end, too, and would throw then. */
export function widen(session: ClientHttp2Session | ServerHttp2Session): void {
  session.once('connect', () => {
    if (!session.destroyed) session.setLocalWindowSize(sessionWindow)
  })
}

/** Streams that a client may have at once. */
const mostStreams = 256

/** Bounds of one connection: who goes beyond them is cut off, and nobody else. */
export function sessionOptions({ head, fields }: WireLimits): SessionOptions & {
  settings: Settings
  maxSessionInvalidFrames: number
  strictSingleValueFields: boolean
} {
  return {
    // What comes twice goes on twice. Its own answer to that would be a reset, in the other side's name.
    strictSingleValueFields: false,
    // RFC 9113 §8.2.1 calls it malformed, and the library would leave the field out without a word; browsers do not.
    strictFieldWhitespaceValidation: false,
    settings: {
      enablePush: false,
      initialWindowSize: streamWindow,
      maxConcurrentStreams: mostStreams,
      maxHeaderListSize: head,
    },
    maxHeaderListPairs: fields,
    maxOutstandingPings: 8,
    maxSettings: 32,
    maxSessionInvalidFrames: 16,
    // Megabytes of what is held for all streams of one connection.
    maxSessionMemory: 64,
    // What we take in goes out, too: the library's own limit is 64 KiB. It counts 12 bytes for each field.
    maxSendHeaderBlockLength: head + 16 * (fields + 8),
  }
}
