/** What the engine tells a sandbox process at its start, and its threads each other. Plain types. */

/** In the environment variable below, as JSON; it is taken out of the environment at once. */
export type SandboxStart = {
  /** Path of the local socket, or name of the pipe. */
  socket: string
  /** An empty folder, to be in while the worker starts. */
  folder: string
  /** One-time tokens of the watchdog's connection and of the worker's. */
  control: string
  data: string
  limits: SandboxLimits
}

export const startVariable = 'SPILLWAY_SANDBOX'

export type SandboxLimits = {
  /** Bytes of resident memory beyond those of an idle sandbox. */
  memory: number
  /** Milliseconds. */
  hangMs: number
}

/** What the worker is given by the watchdog. */
export type WorkerStart = {
  socket: string
  token: string
  hangMs: number
  /** A number that the worker counts up while its event loop turns, and the version whose code it runs. */
  pulse: SharedArrayBuffer
  /** Whether this runtime has a permission model; then the worker must find itself within it. */
  permission: boolean
}

/**
 * From the worker to the watchdog: it is ready to run modifiers, or it must be ended; or a line for the engine, which its
 * own socket does not take at the moment.
 */
export type FromWorkerThread = { ready: true } | { fatal: Fault } | { log: { flow: number; text: string } }
/** From the watchdog to the worker. */
export type ToWorkerThread = { hangMs: number }

/** A failure as it crosses to the engine; `text` is what was thrown, or a detail. Lines and columns of compiled code. */
export type Fault = {
  code: string
  text: string
  version?: number | undefined
  line?: number | undefined
  column?: number | undefined
}

/** By this name scripts of a modifier's version are known in stacks and profiles. */
export const scriptName = (version: number): string => `modifier:${version}`
