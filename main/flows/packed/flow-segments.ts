/**
 * Packed flows in large pieces of memory that the garbage collector does not look into. Flows come in at the end and
 * go from the front, so a segment is freed as a whole when its last flow has gone.
 */
import type { ConnectionInfo, Flow } from '../../model/flow.ts'
import { ByteWriter } from './byte-writer.ts'
import { packConnection, packFlow, type BodyPlaces } from './pack.ts'
import { unpackFlow, type Unpacked } from './unpack.ts'

export const segmentSize = 1024 * 1024

/** `last`: the sequence number of its last flow. `flows`: how many it has got, without those that were removed. */
type Segment = { bytes: Buffer; last: number; flows: number }

export class FlowSegments {
  /** Number of the segment that add() has written to. */
  current = -1
  /** Where in that segment add() has put its flow. */
  offset = 0
  /** Segments in use; the first has number `#first`. */
  readonly #segments: Segment[] = []
  #first = 0
  #writer = new ByteWriter(Buffer.alloc(0))
  /** The connections that the current segment holds already, and where. */
  readonly #connections = new Map<ConnectionInfo, number>()

  /** Bytes of memory in use. */
  get memory(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes.length, 0)
  }

  /** Packs `flow`, the one with this sequence number; afterwards `current` and `offset` tell where. */
  add(flow: Flow, sequence: number, places: BodyPlaces): void {
    // A flow larger than a segment gets one of its own, found by trying: sizing every flow beforehand would cost more.
    for (let size = segmentSize; !this.#tryAdd(flow, places); size *= 2) this.#open(size)
    const segment = this.#segments.at(-1)
    if (segment === undefined) return
    segment.last = sequence
    segment.flows++
  }

  /** Reads a flow back that has not been dropped. */
  read(segment: number, offset: number): Unpacked {
    const found = this.#segments[segment - this.#first]
    if (found === undefined) throw new Error(`segment ${segment} of flows is gone`)
    return unpackFlow(found.bytes, offset)
  }

  /** Overwrites a flow, from `offset` to `end`, or frees its segment when that was the last one in it. */
  remove(segment: number, offset: number, end: number): void {
    const found = this.#segments[segment - this.#first]
    if (found === undefined) throw new Error(`segment ${segment} of flows is gone`)
    found.flows--
    if (found.flows > 0) {
      found.bytes.fill(0, offset, end)
      return
    }
    // Its place stays, so that the others keep their numbers.
    found.bytes = Buffer.alloc(0)
    if (found === this.#segments.at(-1)) this.#close()
  }

  /** Frees what holds only flows with lower sequence numbers. */
  dropBefore(sequence: number): void {
    let first = this.#segments[0]
    while (first !== undefined && first.last < sequence) {
      this.#segments.shift()
      this.#first++
      first = this.#segments[0]
    }
    if (this.#segments.length === 0) this.#close()
  }

  #tryAdd(flow: Flow, places: BodyPlaces): boolean {
    const writer = this.#writer
    if (writer.full) return false
    const client = this.#put(flow.client)
    const origin = flow.origin === undefined ? 0 : this.#put(flow.origin)
    this.offset = writer.at
    packFlow(writer, flow, client, origin, places)
    return !writer.full
  }

  /** Where the connection is in the current segment, where it is put if it is not there yet. */
  #put(connection: ConnectionInfo): number {
    const known = this.#connections.get(connection)
    if (known !== undefined) return known
    const at = this.#writer.at
    packConnection(this.#writer, connection)
    this.#connections.set(connection, at)
    return at
  }

  #open(size: number): void {
    // A segment that was opened for this flow and is too small for it holds nothing.
    if (size > segmentSize) this.#segments.pop()
    this.#segments.push({ bytes: Buffer.allocUnsafeSlow(size), last: -1, flows: 0 })
    this.#close()
    this.current = this.#first + this.#segments.length - 1
    this.#writer = new ByteWriter(this.#segments.at(-1)?.bytes ?? Buffer.alloc(0))
  }

  /** Nothing more goes into the current segment, and its memory and connections are not held from here. */
  #close(): void {
    this.#writer = new ByteWriter(Buffer.alloc(0))
    this.#connections.clear()
  }
}
