/**
 * The FlowStore without a project file: flows packed into memory, their bodies in memory and temporary files. Beyond a
 * number the oldest flows are dropped; beyond bytes on disk the bodies of the oldest are given up, and the flows stay.
 * What a flow costs here is its heads' length and some hundred bytes.
 */
import { nothingRecorded, type Flow, type FlowId, type RecordedBody } from '../model/flow.ts'
import { defaultSettings } from '../model/settings.ts'
import { BodyFiles } from './body-files.ts'
import { DiskBudget } from './disk-budget.ts'
import { gapsBetween } from './log/gaps.ts'
import { BodySegments } from './packed/body-segments.ts'
import { readParts } from './packed/file-range.ts'
import { FlowIndex } from './packed/flow-index.ts'
import { FlowSegments } from './packed/flow-segments.ts'
import type { BodyPlace } from './packed/pack.ts'
import { Removals } from './removals.ts'
import { bodyOf, type BodySide, type FlowStore } from './store.ts'
import type { TempFolder } from './temp-folder.ts'

const defaultBodyMemory = 64 * 1024 * 1024

export type MemoryStoreOptions = {
  /** The oldest flows are dropped beyond this. */
  maxFlows: number
  /** Not the store's: to be closed after it. */
  folder: TempFolder
  /** Bytes of bodies in memory, beyond which the oldest go to files; twice as much while the disk is behind. */
  bodyMemory?: number
  /** Bytes of bodies on disk, beyond which the oldest are given up. */
  bodyDisk?: number
}

export class MemoryStore implements FlowStore {
  dropped = 0
  /** Also for bodies that are on disk before their flows end. */
  readonly budget: DiskBudget
  readonly #maxFlows: number
  readonly #index = new FlowIndex()
  readonly #flows = new FlowSegments()
  readonly #bodies: BodySegments
  readonly #removals = new Removals()
  readonly #files: BodyFiles
  #closed = false

  constructor(options: MemoryStoreOptions) {
    this.#maxFlows = options.maxFlows
    this.budget = new DiskBudget(options.bodyDisk ?? defaultSettings.bodyDisk)
    const bodyMemory = options.bodyMemory ?? defaultBodyMemory
    this.#bodies = new BodySegments(options.folder, this.#removals, this.budget, bodyMemory)
    this.#files = new BodyFiles(this.budget, this.#removals)
  }

  get size(): number {
    return this.#index.size
  }

  get bodiesLost(): number {
    return this.#bodies.lost + this.#files.lost
  }

  /** Bytes of memory that flows and bodies take. */
  get memory(): number {
    return this.#flows.memory + this.#bodies.memory
  }

  /** Bytes of bodies on disk. */
  get disk(): number {
    return this.budget.used
  }

  add(flow: Flow): void {
    if (this.#closed) {
      this.#files.refuse(flow)
      return
    }
    if (this.#index.find(flow.id) !== undefined) throw new Error(`flow ${flow.id} is in the store already`)
    const sequence = this.#index.pushed
    this.#flows.add(flow, sequence, {
      request: this.#copy(flow.request.body, sequence),
      response: this.#copy(flow.response?.body, sequence),
      delivered: this.#copy(flow.modifiedBody, sequence),
      messages: this.#copy(flow.messages, sequence),
    })
    this.#index.push(flow.id, this.#flows.current, this.#flows.offset)
    this.#files.add(flow, sequence)
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

  async readBody(id: FlowId, side: BodySide, offset: number, length: number): Promise<Buffer | undefined> {
    const slot = this.#index.find(id)
    if (slot === undefined) return undefined
    const { flow, places } = this.#flows.read(this.#index.segmentAt(slot), this.#index.offsetAt(slot))
    const body = bodyOf(flow, side)
    if (body === undefined || body.state === 'missing') return undefined
    const from = Math.min(Math.max(0, offset), body.length)
    const most = Math.min(Math.max(0, length), body.length - from)
    const files = this.#files.filesOf(id, side)
    if (files !== undefined) return await readParts(files, from, most)
    const place = places[side]
    if (place !== undefined) return await this.#bodies.read(place, from, most)
    return body.length === 0 && !this.#files.lossOf(id, side) ? Buffer.alloc(0) : undefined
  }

  remove(ids: Iterable<FlowId>): FlowId[] {
    const kept = new Set<FlowId>()
    for (const id of ids) {
      const slot = this.#index.find(id)
      if (slot === undefined || kept.has(id)) continue
      kept.add(id)
      const [segment, offset] = [this.#index.segmentAt(slot), this.#index.offsetAt(slot)]
      const { places, end } = this.#flows.read(segment, offset)
      this.#flows.remove(segment, offset, end)
      for (const place of Object.values(places)) if (place !== undefined) this.#bodies.remove(place)
      this.#files.drop(id)
    }
    if (kept.size === 0) return []
    this.#index.take(kept)
    this.#dropBeforeOldest()
    return [...kept]
  }

  clear(): void {
    this.#index.clear()
    this.#flows.dropBefore(Infinity)
    this.#bodies.clear()
    this.#files.clear()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.clear()
    await this.#bodies.settled()
    await this.#removals.done()
  }

  #read(slot: number): Flow {
    const { flow, places } = this.#flows.read(this.#index.segmentAt(slot), this.#index.offsetAt(slot))
    const kept = (body: RecordedBody, side: BodySide): RecordedBody => this.#kept(flow, body, places[side], side)
    flow.request.body = kept(flow.request.body, 'request')
    if (flow.response !== undefined) flow.response.body = kept(flow.response.body, 'response')
    if (flow.modifiedBody !== undefined) flow.modifiedBody = kept(flow.modifiedBody, 'delivered')
    if (flow.messages !== undefined) flow.messages = kept(flow.messages, 'messages')
    return flow
  }

  /** What is left of it; a note tells why it is less. */
  #kept(flow: Flow, body: RecordedBody, place: BodyPlace | undefined, side: BodySide): RecordedBody {
    const loss = place === undefined ? this.#files.lossOf(flow.id, side) : this.#bodies.lossOf(place.segment)
    const what = side === 'messages' ? 'list of messages' : `${side} body`
    if (loss !== undefined) {
      flow.notes.push(`recorded ${what} given up: ${loss}`)
      return nothingRecorded
    }
    const shortened = place === undefined ? this.#files.shortened(flow.id, side) : undefined
    if (!shortened) return body
    flow.notes.push(`parts of the recorded ${what} given up: ${shortened.reason}`)
    const end = Math.max(body.length, body.gaps?.at(-1)?.to ?? 0)
    return { ...body, state: 'partial', gaps: gapsBetween(shortened.files, end) }
  }

  #copy(body: RecordedBody | undefined, sequence: number): BodyPlace | undefined {
    if (body?.content?.kind !== 'memory' || body.content.bytes.length === 0) return undefined
    return this.#bodies.add(body.content.bytes, sequence)
  }

  #dropOldest(): void {
    const id = this.#index.idAt(this.#index.slotAt(0))
    this.#index.shift()
    this.dropped++
    this.#dropBeforeOldest()
    this.#files.drop(id)
  }

  #dropBeforeOldest(): void {
    const { oldest } = this.#index
    this.#flows.dropBefore(oldest)
    this.#bodies.dropBefore(oldest)
  }
}
