/**
 * Flows: their life, and where they are kept once they have ended.
 *
 * A flow is begun and ended here (life.ts), exactly once each, and filled in by proxy/ and streaming/ in between.
 * A body on its way is gathered in a Spool: in memory while it is short, else in a file in the engine's TempFolder.
 * An ended flow goes with its bodies to the FlowStore, which packs it off the JavaScript heap (packed/): tens of
 * thousands of exchanges as objects would cost every request its garbage collection.
 *
 * What passes over a WebSocket is kept in a BodyLog (log/), whose bound is the disk's.
 *
 * Promises: memory, and what the bodies of ended flows and logs take on disk, are bounded by settings, not by traffic (a
 * running flow's spools come on top, each bounded by what is recorded of one body); nothing here waits for a disk on a flow's
 * way, and a disk that is full costs records, never traffic; what is on disk is readable by its owner alone and goes
 * with its flow or before it, at the latest on close; folders of crashed runs are swept by a later one.
 *
 * It does not decide what is recorded (streaming/ does), nor slow anybody down: a spool tells its backlog, and whoever
 * feeds it pauses or gives up. Nothing survives the engine; what would keep it has its place behind FlowStore.
 */
export { FlowLife, now, type FlowEvent } from './life.ts'
export type { BodyListener, MessageListener, OpenFlow } from './open-flows.ts'
export { BatchedStore } from './batched-store.ts'
export { MemoryStore } from './memory-store.ts'
export { Spool, spoolLowWater } from './spool.ts'
export { BodyLog, type LogRoom } from './log/body-log.ts'
export { bodyOf, type BodySide, type FlowReader } from './store.ts'
export { TempFolder } from './temp-folder.ts'
