/**
 * The user's modifiers as windows see and change them: files in a folder (files/), an ordered list in the settings
 * (list/), and what the engine says of each. What windows do and are told comes one after the other; traffic never waits.
 *
 * Promises: source that is broken is written and not applied, and the last good version stays; what is removed is given
 * back; a window can name only what is in the list, and make files only in the folder; a file that was changed or is
 * gone is noticed while a window is open. Dry runs (dry-run/) touch no traffic.
 */
import { basename, join, resolve } from 'node:path'
import type { Engine } from '../../../main/index.ts'
import type { ModifierFailure } from '../../../main/model/modifier.ts'
import type { Checked, Output } from '../../contract/contract.ts'
import type { ModifiersState } from '../../contract/modifiers.ts'
import { CallError } from '../../contract/wire.ts'
import type { LiveSettings } from '../settings/live-settings.ts'
import { CheckedFiles } from './files/checked-files.ts'
import { parseName } from './files/file-names.ts'
import { FolderWatch } from './files/folder-watch.ts'
import { ModifierFiles } from './files/modifier-files.ts'
import { arranged, replaced } from './list/entries.ts'
import { KeptList } from './list/kept-list.ts'
import { LogLines } from './log-lines.ts'
import { failureOf, modifierRow, problemOf, type Failure } from './rows.ts'
import { StateFeed, type Reader } from './state-feed.ts'

export type ModifiersOptions = {
  engine: Pick<Engine, 'onFlow' | 'modifiers'>
  /** The host can start processes for them. */
  canRun: boolean
  settings: Pick<LiveSettings, 'set' | 'state'>
  /** Makes the engine take the settings, and tells windows. */
  applySettings: () => void
  dataDir: string
  onBug: (bug: unknown, where: string) => void
}

export class Modifiers {
  readonly #engine: Engine['modifiers']
  readonly #canRun: boolean
  readonly #files: ModifierFiles
  readonly #list: KeptList
  readonly #log = new LogLines()
  readonly #checked: CheckedFiles
  readonly #feed: StateFeed<ModifiersState>
  readonly #watch: FolderWatch
  /** The last of each, by file. */
  readonly #failures = new Map<string, Failure>()
  readonly #stops: (() => void)[]
  #windows = 0
  /** Changes come one after the other, and what is told is what lies between two: never a file by both its names. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Until the folder is there for everybody who watches it. */
  #opening: Promise<void> = Promise.resolve()

  constructor({ engine, canRun, settings, applySettings, dataDir, onBug }: ModifiersOptions) {
    this.#engine = engine.modifiers
    this.#canRun = canRun
    this.#files = new ModifierFiles(join(resolve(dataDir), 'modifiers'))
    this.#list = new KeptList(settings, this.#files, applySettings)
    const isRunning = (): boolean => this.#engine.states().some(({ stats }) => stats.running > 0)
    this.#feed = new StateFeed(
      () => this.#inTurn(() => this.#state()),
      isRunning,
      (bug) => onBug(bug, 'modifiers'),
    )
    const change = (): void => this.#feed.change()
    this.#checked = new CheckedFiles(
      (source, file) => this.#engine.check(source, file),
      (file) => this.#files.read(file),
      change,
    )
    this.#watch = new FolderWatch(this.#files.folder, change)
    this.#stops = [
      this.#engine.onChange(change),
      this.#engine.onLog((entry) => this.#log.add(entry)),
      engine.onFlow(({ kind, flow }) => {
        if (kind === 'begun' || !flow.modifiers) return
        const failure = kind === 'ended' ? failureOf(flow, Date.now()) : undefined
        if (failure && flow.error?.file !== undefined) this.#failures.set(flow.error.file, failure)
        change()
      }),
    ]
  }

  /** Returns how to leave. */
  join(reader: Reader<ModifiersState>): () => void {
    const leave = this.#feed.join(reader)
    this.#windows++
    this.#watchFolder()
    return () => {
      leave()
      this.#windows = Math.max(0, this.#windows - 1)
      if (this.#windows === 0) this.#watch.stop()
    }
  }

  list(): Promise<ModifiersState> {
    return this.#inTurn(() => this.#asked())
  }

  /** Rejects with CallError (GONE). */
  async source(id: string): Promise<{ source: string }> {
    const { entry } = await this.#list.find(id)
    return { source: await this.#files.read(entry.file) }
  }

  log({ id, after }: Checked<'modifiers.log'>): Output<'modifiers.log'> {
    return this.#log.after(id, after)
  }

  add({ name, source, off = false }: Checked<'modifiers.add'>): Promise<{ id: string }> {
    return this.#change(async () => {
      const file = await this.#files.add(nameOf(name), source)
      // What lies in the folder is in the list already, and off: it is to be the last.
      const others = replaced(await this.#list.all(), file, () => undefined)
      await this.#list.keep([...others, { file, ...(off && { off }) }], () => this.#files.remove(file))
      return { id: file }
    })
  }

  save({ id, source }: Checked<'modifiers.save'>): Promise<Output<'modifiers.save'>> {
    return this.#change(async () => {
      const { file } = (await this.#list.find(id)).entry
      const declared = await this.#checked.check(source, file)
      await this.#files.save(file, source)
      this.#checked.know(file, await this.#files.changedAt(file), declared)
      await this.#engine.refresh()
      const problem = declared.problem ?? this.#problemOf(file)
      return problem ? { problem: problemOf(problem) } : {}
    })
  }

  rename({ id, name }: Checked<'modifiers.rename'>): Promise<{ id: string }> {
    return this.#change(async () => {
      const { fixed } = await this.#list.find(id)
      const wanted = nameOf(name)
      if (fixed || !this.#files.keeps(id))
        throw refused(`${basename(id)} is not in Spillway's folder: rename it there.`)
      const listed = await this.#list.all()
      const file = await this.#files.rename(id, wanted)
      const entries = replaced(listed, id, (entry) => ({ ...entry, file }))
      await this.#list.keep(entries, () => this.#files.rename(file, basename(id)))
      this.#log.rename(id, file)
      return { id: file }
    })
  }

  remove(id: string): Promise<Output<'modifiers.remove'>> {
    return this.#change(async () => {
      const { entry, fixed } = await this.#list.find(id)
      const { file } = entry
      if (fixed) throw refused(`${basename(id)} was given from outside, by --modifier: leave it out there.`)
      // What is there and cannot be read could not be given back.
      const isGone = (await this.#files.changedAt(file)) === undefined
      const source = isGone ? '' : await this.#files.read(file)
      await this.#list.keep(replaced(await this.#list.all(), file, () => undefined))
      if (this.#files.keeps(file)) await this.#files.remove(file)
      this.#failures.delete(file)
      return { name: basename(file), source }
    })
  }

  arrange({ rows }: Checked<'modifiers.arrange'>): Promise<ModifiersState> {
    return this.#change(async () => {
      const before = await this.#list.all()
      await this.#list.keep(arranged(before, rows))
      // Switched on again it begins anew: how it failed before is not held against it.
      for (const { entry } of before)
        if (entry.off === true && rows.some(({ id, off }) => id === entry.file && !off))
          this.#failures.delete(entry.file)
      return this.#asked()
    })
  }

  /** Resolves when what was under way has ended: nothing is written into the folder any more. */
  async close(): Promise<void> {
    for (const stop of this.#stops) stop()
    this.#feed.close()
    this.#windows = 0
    this.#watch.stop()
    await Promise.all([this.#turn, this.#opening])
  }

  /** A window gets the state otherwise than from the feed. */
  #asked(): Promise<ModifiersState> {
    this.#watchFolder()
    this.#feed.asked()
    return this.#state()
  }

  async #state(): Promise<ModifiersState> {
    const listed = await this.#list.all()
    const states = new Map(this.#engine.states().map((state) => [state.entry.file, state]))
    const rows = await Promise.all(
      listed.map(async (one) => {
        const { file } = one.entry
        const changedAt = await this.#files.changedAt(file)
        const state = states.get(file)
        const isUnread = state?.exports === undefined && changedAt !== undefined
        const declared = isUnread ? this.#checked.of(file, changedAt) : undefined
        return modifierRow(one, { kept: this.#files.keeps(file), changedAt, declared }, state, this.#failures.get(file))
      }),
    )
    const known = new Set(rows.map(({ file }) => file))
    this.#log.keep(known)
    this.#checked.keep(known)
    return { rows, folder: this.#files.folder, ...(!this.#canRun && { problem: cannotRun }) }
  }

  #problemOf(file: string): ModifierFailure | undefined {
    return this.#engine.states().find(({ entry }) => entry.file === file)?.problem
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(() => work().finally(() => this.#feed.change()))
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  #watchFolder(): void {
    if (this.#windows === 0) return
    const start = (): void => {
      if (this.#windows > 0) this.#watch.start()
    }
    // A folder that cannot be made has nothing to watch.
    const opened = this.#files.open().then(start, () => undefined)
    this.#opening = this.#opening.then(() => opened)
  }
}

const cannotRun = 'Modifiers cannot run here: this way of starting Spillway has no processes for them.'

/** Throws CallError. */
function nameOf(name: string): string {
  const parsed = parseName(name)
  if (!parsed.ok) throw refused(parsed.message)
  return parsed.value
}

const refused = (message: string): CallError => new CallError({ code: 'FAILED', message })
