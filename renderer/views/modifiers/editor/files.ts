/**
 * The files that are open: each keeps its text, its history and its place while others are looked at, also when it has
 * not been saved. What is on disk is known, too, so that nobody's change is written over unseen.
 */
import type { EditorState, TransactionSpec } from '@codemirror/state'
import { create } from 'zustand'
import type { ModifierProblem, ModifierRow } from '../../../../app/contract/modifiers.ts'
import type { Done } from '../../../store/modifiers.ts'
import type { Draft } from './drafts.ts'
import { difference } from './difference.ts'
import { nameBecomes } from './file-name.ts'
import { found, isBase, isOurs, unknown, type FileFacts, type OpenFile } from './open-file.ts'
import { printOf } from './print.ts'

/** Where a file is shown now. */
type Shower = { dispatch(spec: TransactionSpec): void }

export type FilesHost = {
  source(id: string): Promise<Done<{ source: string }>>
  save(id: string, source: string): Promise<Done<{ problem?: ModifierProblem | undefined }>>
  /** Text that was written before the window was loaded anew, and not saved. */
  draft(id: string): Draft | undefined
  state(text: string, name: string): EditorState
}

type Row = Pick<ModifierRow, 'id' | 'name' | 'changedAt'>
type Saved = Done<{ problem?: ModifierProblem | undefined }>

export class Files {
  readonly facts = create<{ of: ReadonlyMap<string, FileFacts> }>(() => ({ of: new Map() }))
  readonly #host: FilesHost
  readonly #files = new Map<string, OpenFile>()
  readonly #showers = new Map<string, Shower>()
  /** Those that may have gone from the list because they are getting another name. */
  readonly #renaming = new Set<string>()
  readonly #listeners = new Set<(id: string, unsaved: Draft | undefined) => void>()

  constructor(host: FilesHost) {
    this.#host = host
  }

  /** Told of each text that is not saved, and when there is none any more. */
  onText(listener: (id: string, unsaved: Draft | undefined) => void): void {
    this.#listeners.add(listener)
  }

  get(id: string): OpenFile | undefined {
    return this.#files.get(id)
  }

  /** Resolves when it is there or cannot be read, or when nobody waits for it any more. */
  whenRead(id: string, signal: AbortSignal): Promise<void> {
    if (this.factsOf(id).status !== 'loading') return Promise.resolve()
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.factsOf(id).status === 'loading' && !signal.aborted) return
        leave()
        resolve()
      }
      const leave = this.facts.subscribe(look)
      signal.addEventListener('abort', look, { once: true })
    })
  }

  factsOf(id: string): FileFacts {
    return this.facts.getState().of.get(id) ?? unknown
  }

  /**
   * Reads it, unless it is open. A draft is put over what is read, and can be taken back; where another text is on disk
   * than the one it began with, its user chooses, and where nothing is, it is all there is.
   */
  async open({ id, name, changedAt }: Row, draft: Draft | undefined = this.#host.draft(id)): Promise<void> {
    if (this.#files.has(id)) return
    this.#note(id, { status: 'loading', fault: undefined })
    const read = await this.#host.source(id)
    if (this.#files.has(id)) return
    if (!read.ok && !draft) {
      this.#note(id, { status: 'failed', fault: read.fault })
      return
    }
    const text = read.ok ? read.value.source : (draft?.text ?? '')
    const state = this.#host.state(text, name)
    const file: OpenFile = {
      name,
      state,
      scroll: undefined,
      changedAt,
      outside: undefined,
      base: read.ok ? state.doc : undefined,
      basePrint: read.ok ? printOf(text) : draft?.on,
    }
    this.#files.set(id, file)
    const missing = read.ok ? undefined : changedAt === undefined ? 'gone' : 'unreadable'
    this.#note(id, { ...unknown, status: 'ready', missing, fault: read.ok ? undefined : read.fault })
    // A draft that is what it began with is the file as it was, of which somebody else has made something.
    if (draft && read.ok && draft.on !== printOf(draft.text)) this.#redraw(id, file, draft)
    else this.#compare(id, file)
  }

  #redraw(id: string, file: OpenFile, draft: Draft): void {
    const onDisk = file.state.doc
    if (draft.text !== onDisk.toString() && draft.on !== file.basePrint) {
      Object.assign(file, { base: undefined, basePrint: draft.on, outside: onDisk })
      this.#note(id, { changedOutside: true })
    }
    this.#replace(id, draft.text)
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

  scrolled(id: string, scroll: OpenFile['scroll']): void {
    const file = this.#files.get(id)
    if (file) file.scroll = scroll
  }

  /** What the host says now: files that were changed are looked at, those that are gone are forgotten. */
  told(rows: readonly ModifierRow[]): void {
    const known = new Map(rows.map((row) => [row.id, row]))
    for (const [id, file] of this.#files) {
      const row = known.get(id)
      if (!row) {
        // What is not saved is still known of it, should it come back.
        if (!this.#renaming.has(id)) this.#drop(id)
      } else if (row.changedAt !== file.changedAt && !this.factsOf(id).saving) void this.#look(id, file, row.changedAt)
    }
  }

  /** Undefined: it is being saved, or its user has to choose first what becomes of what is on disk. */
  async save(id: string): Promise<Saved | undefined> {
    const file = this.#files.get(id)
    const { saving, changedOutside, missing } = this.factsOf(id)
    return !file || saving || changedOutside || missing === 'unreadable' ? undefined : this.#write(id, file)
  }

  /** Where the file is gone or cannot be read, ours takes its place. */
  async writeAgain(id: string): Promise<Saved | undefined> {
    const file = this.#files.get(id)
    return !file || this.factsOf(id).saving ? undefined : this.#write(id, file)
  }

  async #write(id: string, file: OpenFile): Promise<Saved> {
    const written = file.state.doc
    this.#note(id, { saving: true })
    const result = await this.#host.save(id, written.toString())
    if (result.ok) {
      found(file, written)
      this.#note(id, { missing: undefined, fault: undefined })
    }
    this.#note(id, { saving: false })
    this.#compare(id, file)
    return result
  }

  /** Looks for a file that could not be read. */
  async again(row: Row): Promise<void> {
    const file = this.#files.get(row.id)
    if (file) await this.#look(row.id, file, row.changedAt)
    else await this.open(row)
  }

  /** What is written here and not saved, with what it began with. */
  draftOf(id: string): Draft | undefined {
    const file = this.#files.get(id)
    if (!file || !this.factsOf(id).unsaved) return undefined
    return { text: file.state.doc.toString(), on: file.basePrint }
  }

  /** The text on disk takes the place of ours; it can be taken back as any change. */
  takeOutside(id: string): void {
    const file = this.#files.get(id)
    if (!file?.outside) return
    const { outside } = file
    found(file, outside)
    this.#note(id, { changedOutside: false })
    this.#replace(id, outside.toString())
  }

  /** Ours is kept, and saving it writes over what is on disk. */
  keepOurs(id: string): void {
    const file = this.#files.get(id)
    if (!file?.outside) return
    found(file, file.outside)
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

  /** With what was not saved of it. */
  forget(id: string): void {
    this.#drop(id)
    for (const listener of this.#listeners) listener(id, undefined)
  }

  #drop(id: string): void {
    this.#files.delete(id)
    this.facts.setState(({ of }) => ({ of: new Map([...of].filter(([other]) => other !== id)) }))
  }

  async #look(id: string, file: OpenFile, changedAt: number | undefined): Promise<void> {
    file.changedAt = changedAt
    const read = await this.#host.source(id)
    if (this.#files.get(id) !== file) return
    if (!read.ok) {
      this.#note(id, { missing: changedAt === undefined ? 'gone' : 'unreadable', fault: read.fault })
      this.#compare(id, file)
      return
    }
    this.#note(id, { missing: undefined, fault: undefined })
    const now = file.state.toText(read.value.source)
    if (isBase(file, now) || now.eq(file.state.doc)) {
      found(file, now)
      this.#note(id, { changedOutside: false })
      this.#compare(id, file)
    } else if (isOurs(file)) {
      file.outside = now
      this.#note(id, { changedOutside: true })
      this.#compare(id, file)
    } else {
      found(file, now)
      this.#note(id, { changedOutside: false })
      this.#replace(id, now.toString())
    }
  }

  #replace(id: string, insert: string): void {
    const file = this.#files.get(id)
    if (!file) return
    const { from, to, text } = difference(file.state.doc.toString(), insert)
    this.#apply(id, { changes: { from, to, insert: text }, userEvent: 'input.replace' })
    this.#compare(id, file)
  }

  /** With what is on disk. */
  #compare(id: string, file: OpenFile): void {
    const unsaved = this.factsOf(id).missing !== undefined || file.outside !== undefined || isOurs(file)
    this.#note(id, { unsaved })
    const draft = unsaved ? { text: file.state.doc.toString(), on: file.basePrint } : undefined
    for (const listener of this.#listeners) listener(id, draft)
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
