/**
 * The messages of wire.ts as WebSocket frames, for both ends. Text is JSON. A message with bytes, which are always its
 * `value.bytes` or `input.bytes`, is binary: the length of the JSON (4 bytes, big-endian), the JSON, the bytes. Those of
 * a dry run (`value.steps`, each with a `chunk`) have theirs one behind the other, and the JSON says how many of each.
 *
 * The first frame a window sends is `hello`, with the token; it is answered by nothing, or by the end of the wire with
 * one of the codes below. Calls may follow it at once.
 */
import type { ToHost, ToWindow } from './wire.ts'

/** Where the WebSocket is. */
export const wirePath = '/wire'

/** The bytes of one frame from a window; a longer one ends the wire with code 1009. */
export const longestFrame = 4 * 1024 * 1024

/** Why a wire was ended, beside the codes of RFC 6455: 1001 when Spillway ends. */
export const wireClosed = {
  /** Not a frame as described here. */
  unreadable: 4400,
  /** The token is not that of this Spillway, which has a new one at each start. */
  refused: 4401,
  /** No hello came in time. */
  silent: 4408,
} as const

export type Hello = { token: string }
export type Frame = string | Uint8Array<ArrayBuffer>

/** A frame that no end of ours has made; a sentence. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

export const hello = (token: string): string => JSON.stringify({ token } satisfies Hello)

const prefix = 4
const reading = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const writing = new TextEncoder()

/** Bytes are copied: the message's own may be used again. */
export function encode(message: ToHost | ToWindow): Frame {
  const [key, carrier] = carrierOf(message)
  if (key === undefined) return JSON.stringify(message)
  const { bytes, ...rest } = carrier
  if (bytes instanceof Uint8Array) return binary({ ...message, [key]: rest }, [bytes])
  const chunks = chunksOf(carrier).map(({ bytes }) => bytes)
  if (!chunks.some((chunk) => chunk instanceof Uint8Array)) return JSON.stringify(message)
  const given = chunks.filter((chunk) => chunk instanceof Uint8Array)
  const lengths = chunks.map((chunk) => (chunk instanceof Uint8Array ? chunk.length : null))
  return binary({ ...message, lengths }, given)
}

function binary(message: object, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(message, (_, value: unknown) => (value instanceof Uint8Array ? undefined : value))
  const json = writing.encode(text)
  let end = prefix + json.length
  const frame = new Uint8Array(parts.reduce((sum, { length }) => sum + length, end))
  new DataView(frame.buffer).setUint32(0, json.length)
  frame.set(json, prefix)
  for (const part of parts) {
    frame.set(part, end)
    end += part.length
  }
  return frame
}

/**
 * What an honest end has encoded is a ToHost or ToWindow; of a stranger's frame nothing is promised but that it is a
 * JSON value. Bytes are a view of the frame. Throws FrameError.
 */
export function decode(frame: string | Uint8Array): unknown {
  if (typeof frame === 'string') return parse(frame)
  if (frame.length < prefix) throw new FrameError(`${frame.length} bytes are too few for a binary frame`)
  const end = prefix + new DataView(frame.buffer, frame.byteOffset).getUint32(0)
  if (end > frame.length) throw new FrameError('the JSON of a binary frame ends behind the frame')
  const message = parse(textOf(frame.subarray(prefix, end)))
  const [, carrier] = carrierOf(message)
  if (Object.hasOwn(carrier, 'bytes')) throw new FrameError('the JSON of a binary frame has bytes of its own')
  const { lengths, ...rest } = isObject(message) ? message : {}
  if (!Array.isArray(lengths)) {
    carrier['bytes'] = frame.subarray(end)
    return message
  }
  giveChunks(chunksOf(carrier), lengths, frame.subarray(end))
  return rest
}

/** Each chunk its bytes, in order. */
function giveChunks(chunks: Record<string, unknown>[], lengths: unknown[], bytes: Uint8Array): void {
  let at = 0
  for (const [index, length] of lengths.entries()) {
    const chunk = chunks[index]
    if (length === null) continue
    if (!chunk || !Number.isSafeInteger(length) || Number(length) < 0 || at + Number(length) > bytes.length)
      throw new FrameError('the lengths in a binary frame are not those of its chunks')
    chunk['bytes'] = bytes.subarray(at, (at += Number(length)))
  }
}

/** The object that may have bytes: that of an answer's value or a call's input. */
function carrierOf(message: unknown): [key: 'value' | 'input' | undefined, carrier: Record<string, unknown>] {
  for (const key of ['value', 'input'] as const) {
    const carrier = isObject(message) ? message[key] : undefined
    if (isObject(carrier)) return [key, carrier]
  }
  return [undefined, {}]
}

/** Of a dry run's steps. */
function chunksOf({ steps }: Record<string, unknown>): Record<string, unknown>[] {
  if (!Array.isArray(steps)) return []
  return steps.flatMap((step: unknown) => (isObject(step) && isObject(step['chunk']) ? [step['chunk']] : []))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new FrameError('a frame is not JSON')
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return reading.decode(bytes)
  } catch {
    throw new FrameError('the JSON of a binary frame is not UTF-8')
  }
}
