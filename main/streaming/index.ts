/**
 * The heart: how a response body reaches its client.
 *
 * `decide` looks at a response head and answers with one `Delivery` value; it is pure. `ResponseDelivery` carries it
 * out: it holds a body or lets it flow, crosses over from one to the other, and keeps the record beside it.
 * `ModifiedDelivery` does so where modifiers apply (modified/): the body goes through their stages, with its content
 * codings removed for them (coding/), and what they make of it goes to the client.
 * `BodyRecord` is that record, for requests as well.
 *
 * Promises: bytes go to the client before the record sees them; what was held goes out first, in order, once; the
 * source is paused when the client does not read, and memory per flow is bounded. It does not parse, connect or end
 * flows: proxy/ does.
 */
export type { BodyDelivery } from './body-delivery.ts'
export { BodyRecord, contentSize, type RecordRoom } from './body-record.ts'
export { BodyWatch } from './body-watch.ts'
export { Watchers } from './watchers.ts'
export { decide, noClaims, type Claims, type Delivery } from './decide.ts'
export { ClientWriter, type ByteSource } from './client-writer.ts'
export { ResponseDelivery, type Outgoing } from './deliver.ts'
export { codingsOf, knownCodings, type Coding } from './coding/codings.ts'
export { CodingError, Decoder } from './coding/decoder.ts'
export { ModifiedDelivery, type ModifiedHost } from './modified/modified-delivery.ts'
export { planSteps, type Steps } from './modified/steps.ts'
export { describeReason } from './reason.ts'
export { joinHead, joinLimit } from './join-head.ts'
