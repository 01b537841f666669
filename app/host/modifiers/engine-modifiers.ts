/** What this room needs of the engine: what its modifiers are up to, and a sandbox for a dry run. */
import type { LogEntry, ModifierState } from '../../../main/index.ts'
import type { HeadVerdict, ModifierFailure, ModifierFlow } from '../../../main/model/modifier.ts'

export type EngineModifiers = {
  states(): ModifierState[]
  /** Why no modifier can run at all; a sentence. */
  readonly problem: string | undefined
  /** Compiles only; empty: nothing is wrong. */
  check(source: string, file: string): Promise<ModifierFailure[]>
  /** The file has changed: resolves when what became of it is known. */
  reload(file: string): Promise<void>
  onChange(listener: () => void): () => void
  onLog(listener: (entry: LogEntry) => void): () => void
  /** Resolves when it is over. */
  dryRun(options: DryRunOptions): Promise<void>
}

export type DryRunOptions = {
  source: string
  file: string
  flow: ModifierFlow
  input: AsyncIterable<{ bytes: Uint8Array; atMs: number }>
  onStep(step: EngineStep): void
  signal: AbortSignal
}

export type EngineStep =
  | { kind: 'in' | 'out'; atMs: number; bytes: Uint8Array }
  | { kind: 'log'; atMs: number; text: string }
  | { kind: 'head'; atMs: number; verdict: HeadVerdict }
  | { kind: 'error'; atMs: number; failure: ModifierFailure }
  | { kind: 'end'; atMs: number }
