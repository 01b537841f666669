/**
 * The heart: how a response body reaches its client.
 *
 * `decide` looks at a response head and answers with one `Delivery` value; it is pure. `ResponseDelivery` carries it
 * out: it holds a body or lets it flow, crosses over from one to the other, and keeps the record beside it.
 * `BodyRecord` is that record, for requests as well.
 *
 * Promises: bytes go to the client before the record sees them; what was held goes out first, in order, once; the
 * source is paused when the client does not read, and memory per flow is bounded. It does not parse, connect or end
 * flows: proxy/ does.
 */
export { BodyRecord, contentSize, type RecordRoom } from './body-record.ts'
export { BodyWatch } from './body-watch.ts'
export { decide, noClaims } from './decide.ts'
export { ClientWriter, type ByteSource } from './client-writer.ts'
export { ResponseDelivery, type DeliveryHost, type Outgoing } from './deliver.ts'
export { describeReason } from './reason.ts'
export { joinHead, joinLimit } from './join-head.ts'
