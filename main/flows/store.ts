/** Where ended flows are kept, whatever keeps them; MemoryStore does, outside of the heap. */
import type { Flow, FlowId, RecordedBody } from '../model/flow.ts'

/**
 * Which of a flow's bodies; `delivered`: what the client was sent, where modifiers have changed it; `messages`: the index
 * of a WebSocket's.
 */
export type BodySide = 'request' | 'response' | 'delivered' | 'messages'

/** One thing for each body of a flow that it is known of. */
export type PerBody<T> = { [side in BodySide]: T | undefined }

/** What is recorded of one of its bodies; undefined: the flow has none of the kind. */
export function bodyOf(flow: Flow, side: BodySide): RecordedBody | undefined {
  switch (side) {
    case 'request':
      return flow.request.body
    case 'response':
      return flow.response?.body
    case 'delivered':
      return flow.modifiedBody
    case 'messages':
      return flow.messages
  }
}

export type FlowReader = {
  /** Ended flows still kept. */
  readonly size: number
  /** Ended flows dropped because of the bound. */
  readonly dropped: number
  /** Recorded bodies given up for the disk's sake: refused, too slow, or too full. Such a body is missing, with a note. */
  readonly bodiesLost: number
  /** A copy; its bodies' `content` is undefined whatever is recorded: bytes are pulled with readBody. */
  get(id: FlowId): Flow | undefined
  /** In the order in which they ended: at most `limit`, after the `skip` oldest kept. */
  list(skip: number, limit: number): Flow[]
  /**
   * Up to `length` recorded bytes from `offset`, fewer at the body's end; undefined when that body is not recorded or
   * the flow is gone. Rejects when the disk cannot be read.
   */
  readBody(id: FlowId, side: BodySide, offset: number, length: number): Promise<Buffer | undefined>
}

export type FlowStore = FlowReader & {
  /**
   * Keeps an ended flow, which is not changed any more, nor are the buffers of its bodies. A body's file belongs
   * to the store from here on. Cheap, and never waits for a disk. Ids must differ.
   */
  add(flow: Flow): void
  /** Forgets all flows and deletes their files in the background; they do not count as dropped. */
  clear(): void
  /**
   * Forgets these flows: they are overwritten or freed, and their files deleted in the background; they do not count as
   * dropped. Ids that are not kept are ignored. Returns those that were.
   */
  remove(ids: Iterable<FlowId>): FlowId[]
  /** clear(), and resolves when the files are gone. What is added afterwards is not kept. */
  close(): Promise<void>
}
