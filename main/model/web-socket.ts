/** Messages of a WebSocket (RFC 6455), as they are told, listed and counted. Plain values. */
import type { Micros } from './flow.ts'

/** As the client sees it. */
export type MessageDirection = 'sent' | 'received'

/** Text and binary messages, and control frames, each a message of its own (RFC 6455 §11.8). */
export type MessageOpcode = 'text' | 'binary' | 'close' | 'ping' | 'pong'

export type WebSocketMessage = {
  direction: MessageDirection
  opcode: MessageOpcode
  /** When its last byte had passed. */
  at: Micros
  /** Where its first frame begins in the recorded bytes of its direction. */
  offset: number
  /** Bytes from there to the end of its last frame: headers, and control frames that came in between, are among them. */
  wireLength: number
  /** Bytes of its payload as they were sent: compressed if it was. */
  length: number
  /** By permessage-deflate (RFC 7692). */
  compressed: boolean
  /** One, or as many as it was sent in; control frames in between are not among them. */
  frames: number
  /** Of a close frame that gives one (RFC 6455 §7.4). */
  closeCode: number | undefined
}
