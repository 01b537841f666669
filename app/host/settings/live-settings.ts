/**
 * The settings of a running host: those of the file with those given from outside on top, turned into what the engine
 * takes; changed one patch at a time, all or nothing.
 */
import { dirname } from 'node:path'
import { EngineError } from '../../../main/model/errors.ts'
import type { Settings } from '../../../main/model/settings.ts'
import type { SettingsState } from '../../contract/contract.ts'
import { optionsIn, type OptionKey, type Values } from '../../contract/options.ts'
import { CallError } from '../../contract/wire.ts'
import { readValues } from './complaint.ts'
import { fileReason } from './file-reason.ts'
import { readSettingsFile, writeSettingsFile, type Written } from './settings-file.ts'
import { settingsOf, type SettingsOf } from './settings-of.ts'
import { suggestion } from '../../../main/model/suggestion.ts'

export type SettingsPlace = {
  dataDir: string
  file: string
  /** Given on the command line or in the environment: they win, and cannot be changed. */
  fixed: Values
}

/** Fixed when the engine is made. */
const atNextProgram = ['maxFlows', 'bodyDisk'] as const satisfies OptionKey[]
/** Fixed while the capture is on. */
const atNextCapture = ['listen', 'reverse', 'caDir'] as const satisfies OptionKey[]

const fileKeys = optionsIn('file').map(([key]) => key)
const wayOut = 'set allowLan if that is meant'

/** `problem`: what is not used of what is written. */
type Made = { written: Written; values: Values; settings: Settings; problem: string | undefined }

export class LiveSettings {
  readonly #place: SettingsPlace
  readonly #atStart: Settings
  #made: Made
  /** What was wrong with the file when it was read. */
  #damage: string | undefined
  /** What the capture runs with; undefined while it does not. */
  #capturing: Settings | undefined
  /** Changes come one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(place: SettingsPlace, made: Made, damage: string | undefined) {
    this.#place = place
    this.#made = made
    this.#atStart = made.settings
    this.#damage = damage
  }

  /** A file that is damaged does not keep the program from starting; what was given from outside does (EngineError). */
  static async open({ fixed, ...where }: SettingsPlace): Promise<LiveSettings> {
    // Some of what a command line can say is not a setting: --help, --config.
    const known = Object.entries(fixed).filter(([key]) => fileKeys.includes(key as OptionKey))
    const place: SettingsPlace = { ...where, fixed: Object.fromEntries(known) }
    const read = await readSettingsFile(place.file)
    const spare = fileKeys.filter((key) => !Object.hasOwn(place.fixed, key))
    const made = await usable({ ...read.values, ...place.fixed }, place.dataDir, spare)
    if (!made.ok) throw new EngineError('BAD_SETTING', `${made.key}: ${made.message}`)
    return new LiveSettings(place, { written: read.written, ...made }, read.problem)
  }

  /** What the engine is to have now. */
  get current(): Settings {
    const { maxFlows, bodyDisk } = this.#atStart
    return { ...this.#made.settings, maxFlows, bodyDisk }
  }

  /** Of the CA that signs now, or at the next start. */
  get caDir(): string {
    return (this.#capturing ?? this.#made.settings).caDir
  }

  get state(): SettingsState {
    const problem = [this.#damage, this.#made.problem].filter((one) => one !== undefined).join(' ')
    return {
      values: this.#made.values,
      file: this.#place.file,
      fixed: Object.keys(this.#place.fixed),
      later: this.#later(),
      ...(problem !== '' && { problem }),
    }
  }

  /** The capture starts with the current settings, or has stopped; true when this changes the state. */
  captures(isOn: boolean): boolean {
    const before = this.#later().join()
    this.#capturing = isOn ? (this.#capturing ?? this.#made.settings) : undefined
    return this.#later().join() !== before
  }

  /** Rejects with CallError: BAD_SETTING, or FAILED when the file cannot be written; nothing has changed then. */
  set(patch: Readonly<Record<string, unknown>>): Promise<void> {
    const turn = this.#turn.then(async () => {
      // What somebody has written into the file meanwhile is not undone.
      const now = await readSettingsFile(this.#place.file, 'what holds in the window holds on')
      const made = await this.#patched(patch, now.found ? now.written : this.#made.written)
      try {
        await writeSettingsFile(this.#place.file, made.written)
      } catch (error) {
        const message = `Nothing was changed: the settings file ${this.#place.file} cannot be written (${fileReason(error)}).`
        throw new CallError({ code: 'FAILED', message }, { cause: error })
      }
      this.#made = made
      // What was said about an earlier file does not hold for the one that was written; what was just put aside is told.
      this.#damage = now.problem
    })
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /** Resolves when what was being kept is kept: nothing is written any more. */
  async close(): Promise<void> {
    await this.#turn
  }

  /** The settings a patch would lead to; nothing is kept. Rejects with CallError (BAD_SETTING). */
  async tried(patch: Readonly<Record<string, unknown>>): Promise<Settings> {
    return (await this.#patched(patch, this.#made.written)).settings
  }

  async #patched(patch: Readonly<Record<string, unknown>>, written: Written): Promise<Made> {
    const { fixed, file, dataDir } = this.#place
    const next: Record<string, unknown> = { ...written }
    for (const [key, value] of Object.entries(patch)) {
      if (!fileKeys.includes(key as OptionKey)) throw bad(key, `"${key}" is not a setting${suggestion(key, fileKeys)}`)
      if (Object.hasOwn(fixed, key)) {
        throw bad(key, 'It was given on the command line or in the environment, which wins: change it there')
      }
      if (value === null) Reflect.deleteProperty(next, key)
      else if (value !== undefined) next[key] = value
    }
    const read = await readValues(next, dirname(file))
    if (!read.ok) {
      const { key, place, message } = read.complaint
      throw bad(key, place === key ? message : `${place}: ${message}`, place)
    }
    // A file of CAs or certificates that has gone since is no reason to refuse other changes.
    const gone = (['originCa', 'clientCerts'] as const).filter((key) => !(key in patch))
    const made = await usable({ ...read.values, ...fixed }, dataDir, gone)
    if (!made.ok) throw bad(made.key, made.message, made.place)
    return { written: next, ...made }
  }

  #later(): string[] {
    const { settings } = this.#made
    const later: string[] = atNextProgram.filter((key) => settings[key] !== this.#atStart[key])
    const capturing = this.#capturing
    if (capturing) {
      later.push(...atNextCapture.filter((key) => JSON.stringify(settings[key]) !== JSON.stringify(capturing[key])))
    }
    return later
  }
}

type Usable =
  { ok: true; values: Values; settings: Settings; problem: string | undefined } | Extract<SettingsOf, { ok: false }>

/**
 * What can be used now: a key that is well written may still name a file that is gone. `spare`: those that may be left
 * out. `values` keeps lists of files whole, as whoever changes one of them would lose the others.
 */
async function usable(given: Values, dataDir: string, spare: readonly string[]): Promise<Usable> {
  const values = { ...given }
  const problems: string[] = []
  for (;;) {
    const made = await settingsOf(values, dataDir, wayOut)
    if (made.ok) {
      const problem = problems.length > 0 ? problems.join(' ') : undefined
      return { ok: true, values: { ...values, ...filesOf(given) }, settings: made.settings, problem }
    }
    const { key, message } = made
    if (!spare.includes(key) || values[key] === undefined) return made
    problems.push(`The setting ${key} is not used: ${message}.`)
    Reflect.deleteProperty(values, key)
  }
}

function filesOf({ originCa, clientCerts }: Values): Values {
  return { ...(originCa && { originCa }), ...(clientCerts && { clientCerts }) }
}

const bad = (key: string, message: string, place = key): CallError =>
  new CallError({ code: 'BAD_SETTING', key, message, ...(place !== key && { place }) })
