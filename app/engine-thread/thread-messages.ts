/** What the main process and the engine's thread say to each other. Connections have numbers, given by the former. */
import type { Values } from '../contract/options.ts'
import type { ToWindow } from '../contract/wire.ts'

/** Given to the thread as it starts. */
export type EngineStart = { dataDir: string; settingsFile: string | undefined; fixed: Values; version: string }

export type ToEngine =
  | { open: number }
  | { shut: number }
  /** From a window, and unchecked. */
  | { window: number; message: unknown }
  /** It has got one more message. */
  | { heard: number }
  /** Answers `choose`. */
  | { chosen: number; path: string | undefined }
  /** Ends all; the value is what running flows have, in milliseconds. */
  | { close: number }
  | SandboxAnswer

/** To the engine. `ended`: it has, or it could not be started. */
export type SandboxAnswer = { launched: number; pid: number | undefined } | { ended: number }

/** From the engine, which gives the numbers. */
export type SandboxOrder = { launch: number; env: Record<string, string> } | { kill: number }

export type FromEngine =
  | SandboxOrder
  | { window: number; message: ToWindow }
  /** Where the user wants a file of this name; without one, which file they mean. */
  | { choose: number; name: string | undefined }
  /** It cannot start; a sentence. */
  | { refused: string }
  | { closed: true }
