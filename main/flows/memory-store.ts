/**
 * The FlowStore without a project file: flows packed into memory, their bodies in memory and temporary files, the
 * oldest flows dropped beyond a bound. What a flow costs here is its heads' length and some hundred bytes.
 */
import { nothingRecorded, type Flow, type FlowId, type Message, type RecordedBody } from '../model/flow.ts'
import { BodySegments } from './packed/body-segments.ts'
import { readRange } from './packed/file-range.ts'
import { FlowIndex } from './packed/flow-index.ts'
import { FlowSegments } from './packed/flow-segments.ts'
import type { BodyPlace } from './packed/pack.ts'
import { Removals } from './removals.ts'
import type { FlowStore } from './store.ts'
import type { TempFolder } from './temp-folder.ts'

const defaultBodyMemory = 64 * 1024 * 1024

export type MemoryStoreOptions = {
  /** The oldest flows are dropped beyond this. */
  maxFlows: number
  /** Not the store's: to be closed after it. */
  folder: TempFolder
  /** Bytes of bodies in memory, beyond which the oldest go to files; twice as much while the disk is behind. */
  bodyMemory?: number
}

export class MemoryStore implements FlowStore {
  dropped = 0
  readonly #maxFlows: number
  readonly #index = new FlowIndex()
  readonly #flows = new FlowSegments()
  readonly #bodies: BodySegments
  readonly #removals = new Removals()
  /** The bodies that came as files: few, as they are large. */
  readonly #files = new Map<FlowId, { request: string | undefined; response: string | undefined }>()
  #closed = false

  constructor(options: MemoryStoreOptions) {
    this.#maxFlows = options.maxFlows
    this.#bodies = new BodySegments(options.folder, this.#removals, options.bodyMemory ?? defaultBodyMemory)
  }

  get size(): number {
    return this.#index.size
  }

  get bodiesLost(): number {
    return this.#bodies.lost
  }

  /** Bytes of memory that flows and bodies take. */
  get memory(): number {
    return this.#flows.memory + this.#bodies.memory
  }

  add(flow: Flow): void {
    const request = fileOf(flow.request)
    const response = fileOf(flow.response)
    if (this.#closed) {
      this.#remove(request)
      this.#remove(response)
      return
    }
    if (this.#index.find(flow.id) !== undefined) throw new Error(`flow ${flow.id} is in the store already`)
    const sequence = this.#index.shifted + this.#index.size
    const requestBody = this.#copy(flow.request.body, sequence)
    const responseBody = flow.response && this.#copy(flow.response.body, sequence)
    this.#flows.add(flow, sequence, requestBody, responseBody)
    this.#index.push(flow.id, this.#flows.current, this.#flows.offset)
    if (request !== undefined || response !== undefined) this.#files.set(flow.id, { request, response })
    if (this.#index.size > this.#maxFlows) this.#dropOldest()
  }

  get(id: FlowId): Flow | undefined {
    const slot = this.#index.find(id)
    return slot === undefined ? undefined : this.#read(slot)
  }

  list(skip: number, limit: number): Flow[] {
    const flows: Flow[] = []
    const from = Math.max(0, skip)
    const end = Math.min(from + limit, this.#index.size)
    for (let n = from; n < end; n++) flows.push(this.#read(this.#index.slotAt(n)))
    return flows
  }

  async readBody(
    id: FlowId,
    side: 'request' | 'response',
    offset: number,
    length: number,
  ): Promise<Buffer | undefined> {
    const slot = this.#index.find(id)
    if (slot === undefined) return undefined
    const unpacked = this.#flows.read(this.#index.segmentAt(slot), this.#index.offsetAt(slot))
    const body = unpacked.flow[side]?.body
    if (body === undefined || body.state === 'missing') return undefined
    const from = Math.min(Math.max(0, offset), body.length)
    const most = Math.min(Math.max(0, length), body.length - from)
    const path = this.#files.get(id)?.[side]
    if (path !== undefined) return await readRange(path, from, most)
    const place = unpacked[`${side}Body`]
    if (place !== undefined) return await this.#bodies.read(place, from, most)
    return body.length === 0 ? Buffer.alloc(0) : undefined
  }

  clear(): void {
    this.#index.clear()
    this.#flows.dropBefore(Infinity)
    this.#bodies.clear()
    for (const id of [...this.#files.keys()]) this.#removeFiles(id)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.clear()
    await this.#bodies.settled()
    await this.#removals.done()
  }

  #read(slot: number): Flow {
    const { flow, requestBody, responseBody } = this.#flows.read(
      this.#index.segmentAt(slot),
      this.#index.offsetAt(slot),
    )
    this.#tellLoss(flow, flow.request, requestBody, 'request')
    if (flow.response !== undefined) this.#tellLoss(flow, flow.response, responseBody, 'response')
    return flow
  }

  #tellLoss(flow: Flow, message: Message, place: BodyPlace | undefined, side: string): void {
    const loss = place && this.#bodies.lossOf(place.segment)
    if (loss === undefined) return
    message.body = nothingRecorded
    flow.notes.push(`recorded ${side} body given up: ${loss}`)
  }

  #copy(body: RecordedBody, sequence: number): BodyPlace | undefined {
    if (body.content?.kind !== 'memory' || body.content.bytes.length === 0) return undefined
    return this.#bodies.add(body.content.bytes, sequence)
  }

  #dropOldest(): void {
    const id = this.#index.idAt(this.#index.slotAt(0))
    this.#index.shift()
    this.dropped++
    this.#flows.dropBefore(this.#index.shifted)
    this.#bodies.dropBefore(this.#index.shifted)
    if (this.#files.size > 0) this.#removeFiles(id)
  }

  #removeFiles(id: FlowId): void {
    const files = this.#files.get(id)
    this.#files.delete(id)
    this.#remove(files?.request)
    this.#remove(files?.response)
  }

  #remove(path: string | undefined): void {
    if (path !== undefined) this.#removals.add(path)
  }
}

function fileOf(message: Message | undefined): string | undefined {
  const content = message?.body.content
  return content?.kind === 'file' ? content.path : undefined
}
