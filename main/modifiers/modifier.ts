/** What streaming/ sees of a modifier: a version of a file that can be applied, and one run of it over one body. */
import type {
  HeadVerdict,
  ModifierEntry,
  ModifierExports,
  ModifierFailure,
  ModifierFlow,
  ModifierStats,
} from '../model/modifier.ts'

/** One version of a modifier's file. Running flows keep the version they began with. */
export type Modifier = {
  /** The file's name without its extension. */
  readonly name: string
  readonly file: string
  /** Counts the versions of the file that could be applied, from 1. */
  readonly version: number
  readonly recode: boolean
  readonly exports: ModifierExports
  /** Asks `responseHead`. Rejects with ModifierError. One call per flow, before open. */
  readHead(flow: ModifierFlow): Promise<HeadVerdict>
  /** Starts the generator function: the one that readHead returned for this flow's id, else the file's own. */
  open(flow: ModifierFlow, out: StageOutput): Stage
  /** The flow will not be opened: what readHead kept for it is let go. */
  forget(id: number): void
}

/** One run of a generator function over one body. None of its calls tells `out` anything before it returns. */
export type Stage = {
  /**
   * One chunk; empty ones are skipped, and one of more than 1 MiB is handed on in parts. Copied before it returns.
   * False: enough for now, wait for `drain`. What is still in the caller's hands of one read may be written all the
   * same. After the end it is ignored.
   */
  write(bytes: Uint8Array): boolean
  /** No more input. */
  end(): void
  /** The flow is over for other reasons. Idempotent, and afterwards `out` hears nothing. */
  cancel(): void
  /** What comes out is not taken for now: at most 1 MiB or one chunk more arrives. */
  pause(): void
  resume(): void
}

/** Where a stage's output goes. What it throws ends this flow's stage alone. */
export type StageOutput = {
  /** One chunk as yielded, never empty; a yield of more than 1 MiB comes in parts. Lent until it returns. */
  chunk(bytes: Buffer): void
  /** The generator has ended; nothing more comes. What was not read of the input has no use any more. */
  end(): void
  /** After it nothing more comes. */
  fail(failure: ModifierFailure): void
  /** There is room for input again; told once after each `false` of write. */
  drain(): void
  /** All that one read has brought to this stage has been told: a good moment to write it on. */
  endOfRead(): void
}

/** A modifier failed; a sentence, and where. */
export class ModifierError extends Error {
  override readonly name = 'ModifierError'
  readonly failure: ModifierFailure
  constructor(failure: ModifierFailure) {
    super(failure.message)
    this.failure = failure
  }
}

/**
 * `off`: by its entry. `loading`: no version is known yet. `applied`: one runs, also when the file on disk is broken
 * since. `broken`: none can run. `killed`: its sandbox had to be ended three times in a minute; until its file changes
 * or it is switched on again.
 */
export type ModifierStatus = 'off' | 'loading' | 'applied' | 'broken' | 'killed'

export type ModifierState = {
  entry: ModifierEntry
  name: string
  status: ModifierStatus
  /** Of the version that is applied; 0 while there was none. */
  version: number
  exports: ModifierExports | undefined
  /** Of the file as it is on disk now, or why it was switched off. The last good version may still be applied. */
  problem: ModifierFailure | undefined
  stats: ModifierStats
}

/** What a modifier gave to `log`. */
export type LogEntry = {
  file: string
  /** 0: outside of any flow. */
  flow: number
  /** Unix time in milliseconds. */
  at: number
  text: string
}

/** Starts a sandbox process with these environment variables, and no others but those its runtime needs. */
export type LaunchSandbox = (env: Record<string, string>) => SandboxProcess

export type SandboxProcess = {
  readonly pid: number | undefined
  /** At once, whatever it does. */
  kill(): void
  /** Once; also when it could not be started. Told later than `launch` returns. */
  onExit(listener: () => void): void
}
