/**
 * The user's modifiers as windows see and change them: files in a folder, an ordered list in the settings, and what the
 * engine says of each. What windows do is done one after the other; traffic never waits for it.
 *
 * Promises: source that is broken is written and not applied, and the last good version stays; what is removed is given
 * back; a window can name only what is in the list, and make files only in the folder; a file that was changed or is
 * gone is noticed while a window is open. Dry runs (dry-run/) touch no traffic.
 */
import { watch, type FSWatcher } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { Engine, ModifierState } from '../../../main/index.ts'
import type { ModifierEntry } from '../../../main/model/modifier.ts'
import type { Checked, Output } from '../../contract/contract.ts'
import type { ModifiersState } from '../../contract/modifiers.ts'
import { CallError } from '../../contract/wire.ts'
import type { LiveSettings } from '../settings/live-settings.ts'
import { arranged, listOf, replaced, type Listed } from './entries.ts'
import { parseName } from './file-names.ts'
import { LogLines } from './log-lines.ts'
import { ModifierFiles } from './modifier-files.ts'
import { failureOf, modifierRow, problemOf, type Failure } from './rows.ts'
import { StateFeed, type Reader } from './state-feed.ts'

export type ModifiersOptions = {
  engine: Pick<Engine, 'modifiers' | 'onFlow'>
  settings: Pick<LiveSettings, 'set' | 'state'>
  /** After a change of the list in the settings. */
  applySettings: () => void
  dataDir: string
  onBug: (bug: unknown, where: string) => void
}

export class Modifiers {
  readonly #engine: ModifiersOptions['engine']
  readonly #settings: ModifiersOptions['settings']
  readonly #applySettings: () => void
  readonly #files: ModifierFiles
  readonly #log = new LogLines()
  readonly #feed: StateFeed<ModifiersState>
  /** The last of each, by file. */
  readonly #failures = new Map<string, Failure>()
  readonly #stops: (() => void)[]
  #watcher: FSWatcher | undefined
  #windows = 0
  /** Changes come one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor({ engine, settings, applySettings, dataDir, onBug }: ModifiersOptions) {
    this.#engine = engine
    this.#settings = settings
    this.#applySettings = applySettings
    this.#files = new ModifierFiles(join(resolve(dataDir), 'modifiers'))
    const running = (): boolean => engine.modifiers.states().some(({ stats }) => stats.running > 0)
    this.#feed = new StateFeed(
      () => this.#state(),
      running,
      (bug) => onBug(bug, 'modifiers'),
    )
    this.#stops = [
      engine.modifiers.onChange(() => this.#feed.change()),
      engine.modifiers.onLog((entry) => this.#log.add(entry)),
      engine.onFlow(({ kind, flow: { id, error, modifiers } }) => {
        if (kind === 'begun' || !modifiers) return
        const failure = kind === 'ended' ? failureOf(error, id, Date.now()) : undefined
        if (failure && error?.file !== undefined) this.#failures.set(error.file, failure)
        this.#feed.change()
      }),
    ]
  }

  /** Returns how to leave. */
  join(reader: Reader<ModifiersState>): () => void {
    const leave = this.#feed.join(reader)
    if (this.#windows++ === 0) void this.#watch()
    return () => {
      leave()
      if (--this.#windows > 0) return
      this.#watcher?.close()
      this.#watcher = undefined
    }
  }

  async list(): Promise<ModifiersState> {
    if (this.#windows > 0 && !this.#watcher) void this.#watch()
    this.#feed.asked()
    return this.#state()
  }

  /** Rejects with CallError (GONE). */
  async source(id: string): Promise<{ source: string }> {
    const { entry } = await this.#find(id)
    return { source: await this.#files.read(entry.file) }
  }

  log({ id, after }: Checked<'modifiers.log'>): Output<'modifiers.log'> {
    return this.#log.after(id, after)
  }

  add({ name, source, off = false }: Checked<'modifiers.add'>): Promise<{ id: string }> {
    return this.#inTurn(async () => {
      const file = await this.#files.add(nameOf(name), source)
      // What lies in the folder is in the list already, and off: it is to be the last.
      const others = replaced(await this.#listed(), file, () => undefined)
      await this.#keepOr([...others, { file, ...(off && { off }) }], () => this.#files.remove(file))
      return { id: file }
    })
  }

  save({ id, source }: Checked<'modifiers.save'>): Promise<Output<'modifiers.save'>> {
    return this.#inTurn(async () => {
      const { entry } = await this.#find(id)
      const [fault] = await this.#engine.modifiers.check(source, entry.file)
      await this.#files.save(entry.file, source)
      await this.#engine.modifiers.reload(entry.file)
      this.#feed.change()
      const problem = fault ?? this.#stateOf(entry.file)?.problem
      return problem ? { problem: problemOf(problem) } : {}
    })
  }

  rename({ id, name }: Checked<'modifiers.rename'>): Promise<{ id: string }> {
    return this.#inTurn(async () => {
      const { fixed } = await this.#find(id)
      const wanted = nameOf(name)
      const listed = await this.#listed()
      if (fixed || !this.#files.keeps(id)) throw refused(`${basename(id)} is not in Spillway's folder: rename it there`)
      const file = await this.#files.rename(id, wanted)
      const entries = replaced(listed, id, (one) => ({ ...one, file }))
      await this.#keepOr(entries, () => this.#files.rename(file, basename(id)))
      this.#log.rename(id, file)
      return { id: file }
    })
  }

  remove(id: string): Promise<Output<'modifiers.remove'>> {
    return this.#inTurn(async () => {
      const { entry, fixed } = await this.#find(id)
      const { file } = entry
      if (fixed) throw refused(`${basename(id)} was given from outside, by --modifier: leave it out there`)
      // What is there and cannot be read could not be given back.
      const isGone = (await this.#files.changedAt(file)) === undefined
      const source = isGone ? '' : await this.#files.read(file)
      await this.#keep(replaced(await this.#listed(), file, () => undefined))
      if (this.#files.keeps(file)) await this.#files.remove(file)
      this.#failures.delete(file)
      this.#feed.change()
      return { name: basename(file), source }
    })
  }

  arrange({ rows }: Checked<'modifiers.arrange'>): Promise<ModifiersState> {
    return this.#inTurn(async () => {
      await this.#keep(arranged(await this.#listed(), rows))
      return this.list()
    })
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#feed.close()
    this.#watcher?.close()
  }

  async #state(): Promise<ModifiersState> {
    const listed = await this.#listed()
    const states = new Map(this.#engine.modifiers.states().map((state) => [state.entry.file, state]))
    const rows = await Promise.all(
      listed.map(async (one) => {
        const { file } = one.entry
        const facts = { kept: this.#files.keeps(file), changedAt: await this.#files.changedAt(file) }
        return modifierRow(one, facts, states.get(file), this.#failures.get(file))
      }),
    )
    this.#log.keep(new Set(rows.map(({ file }) => file)))
    const { problem } = this.#engine.modifiers
    return { rows, folder: this.#files.folder, ...(problem !== undefined && { problem }) }
  }

  async #listed(): Promise<Listed[]> {
    const { modifier = [], modifiers = [] } = this.#settings.state.values
    const absolute = (file: string): string => resolve(file)
    return listOf(modifier.map(absolute), modifiers, await this.#files.all())
  }

  /** Rejects with CallError (GONE) for what is not in the list. */
  async #find(id: string): Promise<Listed> {
    const found = (await this.#listed()).find(({ entry }) => entry.file === id)
    if (!found) throw new CallError({ code: 'GONE', message: 'This modifier is not in the list any more.' })
    return found
  }

  #stateOf(file: string): ModifierState | undefined {
    return this.#engine.modifiers.states().find(({ entry }) => entry.file === file)
  }

  async #keep(entries: readonly ModifierEntry[]): Promise<void> {
    const folder = dirname(this.#settings.state.file)
    const written = entries.map((entry) => ({ ...entry, file: shownPath(folder, entry.file) }))
    await this.#settings.set({ modifiers: written.length > 0 ? written : null })
    this.#applySettings()
    this.#feed.change()
  }

  /** Takes back what was done to files when the settings cannot be written. */
  async #keepOr(entries: readonly ModifierEntry[], undo: () => Promise<unknown>): Promise<void> {
    try {
      await this.#keep(entries)
    } catch (error) {
      await undo().catch(() => undefined)
      throw error
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** Files that come, change and go in the folder; without it, the list is as fresh as the last question. */
  async #watch(): Promise<void> {
    await this.#files.open().catch(() => undefined)
    if (this.#windows === 0 || this.#watcher) return
    try {
      this.#watcher = watch(this.#files.folder, { persistent: false }, () => this.#feed.change())
      this.#watcher.on('error', () => {
        this.#watcher?.close()
        this.#watcher = undefined
      })
    } catch {
      // Then nobody tells.
    }
  }
}

/** Relative within the settings' folder, so that the folder can be copied; with slashes on every system. */
function shownPath(folder: string, file: string): string {
  const path = relative(folder, file)
  return path.startsWith('..') || isAbsolute(path) ? file : path.replaceAll(sep, '/')
}

/** Throws CallError. */
function nameOf(name: string): string {
  const parsed = parseName(name)
  if (!parsed.ok) throw refused(parsed.message)
  return parsed.value
}

const refused = (message: string): CallError =>
  new CallError({ code: 'FAILED', message: message.endsWith('.') ? message : `${message}.` })
