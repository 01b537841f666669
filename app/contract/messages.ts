/** What crosses between the window and its host about the messages of a WebSocket. Mirrors main/model/web-socket.ts. */
import * as v from 'valibot'
import { flowId } from './flow-row.ts'

/** Rows in one answer. */
export const pageMessages = 200
/** Characters of a message in its row. */
export const previewLetters = 120
/** Characters of a text that is looked for. */
export const findLetters = 500
/** Bytes of a message in one answer. */
const messageBytes = 256 * 1024

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const direction = v.picklist(['sent', 'received'])
const opcode = v.picklist(['text', 'binary', 'close', 'ping', 'pong'])

/** Which of them; absent: all. `control`: close, ping and pong. */
const messageFilter = v.object({
  direction: v.optional(direction),
  kind: v.optional(v.picklist(['text', 'binary', 'control'])),
})

/** Of the index, as an answer found it: messages so far, and those of them that are not listed any more. */
const listed = v.object({ all: count, lost: count })

/** What both questions have in common: `since` is the `listed` of an answer before. */
const placed = {
  listed,
  /** Some were given up since then, and there is a filter: all that were behind them have other places now. */
  moved: v.boolean(),
}

const messageRow = v.object({
  /** Its place among all of its flow, from 0 on, in the order in which they were complete. */
  number: count,
  /** As the client sees it. */
  direction,
  opcode,
  /** Microseconds since the flow began. */
  at: v.number(),
  /** Bytes of its payload as they were sent. */
  length: v.number(),
  compressed: v.boolean(),
  frames: v.number(),
  closeCode: v.optional(v.number()),
  /** All of it is in the record of its direction. */
  recorded: v.boolean(),
  /** Its first characters, where it can be read as text; of a close frame, its reason. */
  preview: v.optional(v.string()),
  /** Its first bytes, where it cannot: "82 a2 6f …". */
  hex: v.optional(v.string()),
  /**
   * Why it was not inflated. `ahead`: those before it, to which it may refer, are not inflated yet: each question goes on
   * from where the one before it came to. `lost`: one of those was not recorded, or is damaged. `large`: for a preview.
   */
  notInflated: v.optional(v.picklist(['ahead', 'lost', 'damaged', 'large'])),
})

/** One of which nothing is known any more: the disk, or its budget, has not kept it. */
const lostRow = v.object({ number: count, lost: v.literal(true) })

export const messageQueries = {
  /**
   * Messages from the place `from` on, of those that the filter lets through: `total` of them are there so far. Fails
   * with GONE when the flow is gone or has none.
   */
  'flows.messages': {
    input: v.object({
      id: flowId,
      filter: messageFilter,
      from: count,
      limit: v.pipe(count, v.minValue(1), v.maxValue(pageMessages)),
      since: v.optional(listed),
    }),
    output: v.object({ total: v.number(), rows: v.array(v.union([messageRow, lostRow])), ...placed }),
  },
  /**
   * Answers as soon as there are more messages than the `known` ones, or the flow has ended, or a second has passed. Who
   * asks again at once hears of news twenty times a second at most.
   */
  'flows.messageCount': {
    input: v.object({ id: flowId, known: count }),
    output: v.object({ total: v.number(), running: v.boolean() }),
  },
  /**
   * Messages that contain a text, in any case, anywhere in their payload (inflated; of a close frame, in its reason): the
   * places of those that the filter lets through. One question goes so far and tells where the next goes on: `next` is
   * a message's number, `place` how many before it the filter lets through; at first both are 0. `total` messages are
   * there so far. `missed` of those that were gone through could not be searched whole: they are not recorded, or cannot
   * be inflated. Fails with GONE.
   */
  'flows.findMessages': {
    input: v.object({
      id: flowId,
      filter: messageFilter,
      text: v.pipe(v.string(), v.minLength(1), v.maxLength(findLetters)),
      from: count,
      place: count,
      since: v.optional(listed),
    }),
    output: v.object({
      found: v.array(v.number()),
      next: v.number(),
      place: v.number(),
      total: v.number(),
      missed: v.number(),
      ...placed,
    }),
  },
  /**
   * A page of the payload of one message, inflated where it was compressed. `total` bytes are there in all. Fails with
   * GONE when nothing of it is recorded, NOT_DECODABLE when it cannot be inflated, or not yet.
   */
  'flows.message': {
    input: v.object({
      id: flowId,
      number: count,
      offset: count,
      length: v.pipe(count, v.minValue(1), v.maxValue(messageBytes)),
    }),
    output: v.object({
      bytes: v.instance(Uint8Array),
      total: v.number(),
      /** Why it ends before its end; a sentence. */
      problem: v.optional(v.string()),
    }),
  },
}

export type LostRow = v.InferOutput<typeof lostRow>
export type MessageRow = v.InferOutput<typeof messageRow>
export type Listed = v.InferOutput<typeof listed>
export type MessageFilter = v.InferOutput<typeof messageFilter>
