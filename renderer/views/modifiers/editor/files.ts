/**
 * The files that are open: each keeps its text, its history and its place while others are looked at, also when it has
 * not been saved. What is on disk is known, too, so that nobody's change is written over unseen.
 */
import type { EditorState, Text, TransactionSpec } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { create } from 'zustand'
import type { ModifierProblem, ModifierRow } from '../../../../app/contract/modifiers.ts'
import type { CallFault } from '../../../../app/contract/wire.ts'
import type { Done } from '../../../store/modifiers.ts'
import { nameBecomes } from './file-name.ts'

/** What the window shows of a file beside its text. */
export type FileFacts = {
  status: 'loading' | 'ready' | 'failed'
  fault: CallFault | undefined
  unsaved: boolean
  /** It was changed on disk since it was read, and here, too. */
  changedOutside: boolean
  saving: boolean
}

/** Where it was looked at. */
type Scroll = ReturnType<EditorView['scrollSnapshot']>

type OpenFile = {
  name: string
  state: EditorState
  scroll: Scroll | undefined
  /** As it is on disk. */
  base: Text
  /** Of the row, when the base was read. */
  changedAt: number | undefined
  outside: Text | undefined
}

/** Where a file is shown now. */
type Shower = { dispatch(spec: TransactionSpec): void }

export type FilesHost = {
  source(id: string): Promise<Done<{ source: string }>>
  save(id: string, source: string): Promise<Done<{ problem?: ModifierProblem | undefined }>>
  state(text: string, name: string): EditorState
}

const unknown: FileFacts = { status: 'loading', fault: undefined, unsaved: false, changedOutside: false, saving: false }

export class Files {
  readonly facts = create<{ of: ReadonlyMap<string, FileFacts> }>(() => ({ of: new Map() }))
  readonly #host: FilesHost
  readonly #files = new Map<string, OpenFile>()
  readonly #showers = new Map<string, Shower>()
  /** Those that may have gone from the list because they are getting another name. */
  readonly #renaming = new Set<string>()
  readonly #listeners = new Set<(id: string, unsaved: string | undefined) => void>()

  constructor(host: FilesHost) {
    this.#host = host
  }

  /** Told of each text that is not saved, and when there is none any more. */
  onText(listener: (id: string, unsaved: string | undefined) => void): void {
    this.#listeners.add(listener)
  }

  get(id: string): OpenFile | undefined {
    return this.#files.get(id)
  }

  factsOf(id: string): FileFacts {
    return this.facts.getState().of.get(id) ?? unknown
  }

  /** Reads it, unless it is open. `draft`: text that was written and not saved, which is put over what is read. */
  async open({ id, name, changedAt }: Pick<ModifierRow, 'id' | 'name' | 'changedAt'>, draft?: string): Promise<void> {
    if (this.#files.has(id)) return
    this.#note(id, { status: 'loading', fault: undefined })
    const read = await this.#host.source(id)
    if (this.#files.has(id)) return
    if (!read.ok) {
      this.#note(id, { status: 'failed', fault: read.fault })
      return
    }
    const state = this.#host.state(read.value.source, name)
    this.#files.set(id, { name, state, scroll: undefined, base: state.doc, changedAt, outside: undefined })
    this.#note(id, { status: 'ready', fault: undefined, unsaved: false, changedOutside: false })
    if (draft !== undefined && draft !== read.value.source) this.#replace(id, draft)
  }

  /** The editor that shows it takes its changes from now on, until the returned function is called. */
  shownBy(id: string, shower: Shower): () => void {
    this.#showers.set(id, shower)
    return () => this.#showers.delete(id)
  }

  /** After each change in the editor. */
  changed(id: string, state: EditorState): void {
    const file = this.#files.get(id)
    if (!file) return
    const before = file.state.doc
    file.state = state
    if (before !== state.doc) this.#compare(id, file)
  }

  scrolled(id: string, scroll: Scroll): void {
    const file = this.#files.get(id)
    if (file) file.scroll = scroll
  }

  /** What the host says now: files that were changed are looked at, those that are gone are forgotten. */
  told(rows: readonly ModifierRow[]): void {
    const known = new Map(rows.map((row) => [row.id, row]))
    for (const [id, file] of this.#files) {
      const row = known.get(id)
      if (!row) {
        if (!this.#renaming.has(id)) this.forget(id)
      } else if (row.changedAt !== file.changedAt && !this.factsOf(id).saving) void this.#look(id, file, row.changedAt)
    }
  }

  /** Undefined: nothing to save, or the file was changed outside and its user has to choose first. */
  async save(id: string): Promise<Done<{ problem?: ModifierProblem | undefined }> | undefined> {
    const file = this.#files.get(id)
    const { saving, changedOutside } = this.factsOf(id)
    if (!file || saving || changedOutside) return undefined
    const written = file.state.doc
    this.#note(id, { saving: true })
    const result = await this.#host.save(id, written.toString())
    if (result.ok) file.base = written
    this.#note(id, { saving: false })
    this.#compare(id, file)
    return result
  }

  /** The text on disk takes the place of ours; it can be taken back as any change. */
  takeOutside(id: string): void {
    const file = this.#files.get(id)
    if (!file?.outside) return
    file.base = file.outside
    file.outside = undefined
    this.#note(id, { changedOutside: false })
    this.#replace(id, file.base.toString())
  }

  /** Ours is kept, and saving it writes over what is on disk. */
  keepOurs(id: string): void {
    const file = this.#files.get(id)
    if (!file?.outside) return
    file.base = file.outside
    file.outside = undefined
    this.#note(id, { changedOutside: false })
    this.#compare(id, file)
  }

  /** Until the returned function is called it may go from the list, and stays open. */
  renaming(id: string): () => void {
    this.#renaming.add(id)
    return () => this.#renaming.delete(id)
  }

  isRenaming(id: string): boolean {
    return this.#renaming.has(id)
  }

  renamed(from: string, to: string, name: string): void {
    const file = this.#files.get(from)
    if (!file) return
    const facts = this.factsOf(from)
    this.#apply(from, { effects: nameBecomes(name) })
    file.name = name
    if (from === to) return
    this.forget(from)
    this.#files.set(to, file)
    this.#note(to, facts)
    this.#compare(to, file)
  }

  forget(id: string): void {
    this.#files.delete(id)
    for (const listener of this.#listeners) listener(id, undefined)
    this.facts.setState(({ of }) => ({ of: new Map([...of].filter(([other]) => other !== id)) }))
  }

  async #look(id: string, file: OpenFile, changedAt: number | undefined): Promise<void> {
    file.changedAt = changedAt
    if (changedAt === undefined) return
    const read = await this.#host.source(id)
    if (!read.ok || this.#files.get(id) !== file) return
    const now = file.state.toText(read.value.source)
    const { doc } = file.state
    if (now.eq(file.base)) return
    if (!now.eq(doc) && !doc.eq(file.base)) {
      file.outside = now
      this.#note(id, { changedOutside: true })
      return
    }
    file.base = now
    file.outside = undefined
    this.#note(id, { changedOutside: false })
    this.#replace(id, now.toString())
  }

  #replace(id: string, insert: string): void {
    const file = this.#files.get(id)
    if (!file) return
    const { from, to, text } = difference(file.state.doc.toString(), insert)
    this.#apply(id, { changes: { from, to, insert: text }, userEvent: 'input.replace' })
    this.#compare(id, file)
  }

  /** With what is on disk. */
  #compare(id: string, { state: { doc }, base }: OpenFile): void {
    const unsaved = !doc.eq(base)
    this.#note(id, { unsaved })
    for (const listener of this.#listeners) listener(id, unsaved ? doc.toString() : undefined)
  }

  #apply(id: string, spec: TransactionSpec): void {
    const file = this.#files.get(id)
    const shower = this.#showers.get(id)
    if (shower) shower.dispatch(spec)
    else if (file) file.state = file.state.update(spec).state
  }

  #note(id: string, news: Partial<FileFacts>): void {
    const before = this.factsOf(id)
    const isNews = !this.facts.getState().of.has(id)
    const changed = Object.entries(news).some(([key, value]) => before[key as keyof FileFacts] !== value)
    if (!isNews && !changed) return
    this.facts.setState(({ of }) => ({ of: new Map(of).set(id, { ...before, ...news }) }))
  }
}

/** The one stretch that differs: what is around it keeps its cursor and its marks. */
export function difference(before: string, after: string): { from: number; to: number; text: string } {
  const shorter = Math.min(before.length, after.length)
  let from = 0
  while (from < shorter && before[from] === after[from]) from++
  let end = 0
  while (end < shorter - from && before.at(-1 - end) === after.at(-1 - end)) end++
  return { from, to: before.length - end, text: after.slice(from, after.length - end) }
}
