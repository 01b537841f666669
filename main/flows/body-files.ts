/**
 * The bodies that came to the store as files: few, as they are large. They go with their flows, which are dropped
 * oldest first, or are given up before, also oldest first: so what is on disk is a queue; a body in several
 * files goes file by file. It is linked both ways, as a
 * user may remove a flow from the middle.
 */
import type { FilePart, Flow, FlowId, RecordedBody } from '../model/flow.ts'
import type { DiskBudget } from './disk-budget.ts'
import type { Removals } from './removals.ts'
import { bodyOf, type BodySide, type PerBody } from './store.ts'

/** The files of one flow, of one body at least. They stay named here when they are lost: so that it can be told. */
type Entry = PerBody<FilePart[]> & {
  bytes: number
  sequence: number
  lost: string | undefined
  /** Why parts of that body are gone, and others are there. */
  shortened: { [side in BodySide]?: string }
  /** The next older and newer ones on disk. */
  previous: Entry | undefined
  next: Entry | undefined
}

const sides: readonly BodySide[] = ['request', 'response', 'delivered', 'messages']

export class BodyFiles {
  /** Bodies given up. */
  lost = 0
  readonly #disk: DiskBudget
  readonly #removals: Removals
  readonly #entries = new Map<FlowId, Entry>()
  /** The ends of the queue of those on disk. */
  #oldest: Entry | undefined
  #newest: Entry | undefined

  constructor(disk: DiskBudget, removals: Removals) {
    this.#disk = disk
    this.#removals = removals
    disk.join(this)
  }

  /** Takes over the flow's files, if it has any. Sequence numbers must grow. */
  add(flow: Flow, sequence: number): void {
    const request = filesOf(flow.request.body)
    const response = filesOf(flow.response?.body)
    const delivered = filesOf(flow.modifiedBody)
    const messages = filesOf(flow.messages)
    // Nearly always.
    if ((request ?? response ?? delivered ?? messages) === undefined) return
    const bytes = sizeOf(request) + sizeOf(response) + sizeOf(delivered) + sizeOf(messages)
    const entry: Entry = {
      request,
      response,
      delivered,
      messages,
      bytes,
      sequence,
      lost: undefined,
      shortened: {},
      previous: this.#newest,
      next: undefined,
    }
    this.#entries.set(flow.id, entry)
    if (this.#newest !== undefined) this.#newest.next = entry
    this.#newest = entry
    this.#oldest ??= entry
    this.#disk.take(bytes)
  }

  /** Removes the files of a flow that is not to be added. */
  refuse(flow: Flow): void {
    for (const side of sides) this.#remove(filesOf(bodyOf(flow, side)))
  }

  /** Where that body is; undefined when it did not come in files, or is lost. */
  filesOf(id: FlowId, side: BodySide): readonly FilePart[] | undefined {
    const entry = this.#entries.get(id)
    return entry?.lost === undefined ? entry?.[side] : undefined
  }

  /** Why that body is lost; undefined when it is not. */
  lossOf(id: FlowId, side: BodySide): string | undefined {
    const entry = this.#entries.get(id)
    return entry?.[side] === undefined ? undefined : entry.lost
  }

  /** What is there of a body of which parts are gone, and why they are; undefined: none is, or all are. */
  shortened(id: FlowId, side: BodySide): { files: readonly FilePart[]; reason: string } | undefined {
    const entry = this.#entries.get(id)
    const [files, reason] = [entry?.[side], entry?.shortened[side]]
    return files && reason !== undefined && entry?.lost === undefined ? { files, reason } : undefined
  }

  /** Removes the files of a flow; one without files may be named as well. */
  drop(id: FlowId): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    this.#entries.delete(id)
    if (entry.lost === undefined) this.#unlink(entry)
  }

  clear(): void {
    this.#entries.clear()
    while (this.#oldest !== undefined) this.#unlink(this.#oldest)
  }

  oldest(): number {
    return this.#oldest?.sequence ?? Infinity
  }

  giveUpOldest(reason: string): void {
    const entry = this.#oldest
    if (entry === undefined) return
    const side = longestIn(entry)
    // The second part: the first says how it began.
    const [part] = (side && entry[side]?.splice(1, 1)) ?? []
    if (side && part) {
      entry.shortened[side] = reason
      entry.bytes -= part.length
      this.#removals.add(part.path)
      this.#disk.giveBack(part.length)
      return
    }
    entry.lost = reason
    this.lost += sides.filter((side) => entry[side] !== undefined).length
    this.#unlink(entry)
  }

  #unlink(entry: Entry): void {
    const { previous, next } = entry
    if (previous === undefined) this.#oldest = next
    else previous.next = next
    if (next === undefined) this.#newest = previous
    else next.previous = previous
    entry.previous = entry.next = undefined
    for (const side of sides) this.#remove(entry[side])
    this.#disk.giveBack(entry.bytes)
  }

  #remove(files: readonly FilePart[] | undefined): void {
    for (const { path } of files ?? []) this.#removals.add(path)
  }
}

function filesOf(body: RecordedBody | undefined): FilePart[] | undefined {
  if (body?.content?.kind === 'file') return [{ offset: 0, length: body.length, path: body.content.path }]
  return body?.content?.kind === 'files' ? [...body.content.files] : undefined
}

/** Of the bodies in several parts the one with most bytes. */
function longestIn(entry: Entry): BodySide | undefined {
  const parted = sides.filter((side) => (entry[side]?.length ?? 0) > 1)
  return parted.toSorted((one, other) => sizeOf(entry[other]) - sizeOf(entry[one]))[0]
}

const sizeOf = (files: readonly FilePart[] = []): number => files.reduce((sum, { length }) => sum + length, 0)
