/**
 * Modifiers: users' generator functions over the chunks of a body. Their code runs in sandbox processes of its own,
 * one for each modifier; this room watches and compiles their files, starts and ends the processes, and moves the bytes
 * there and back. What a modifier does never throws into the engine: it is a ModifierFailure.
 *
 *   modifier-set, modifier-file   the list, and one entry of it with its versions
 *   compile/                      TypeScript to what a sandbox can evaluate, in a thread
 *   processes/                    sandbox processes as the engine sees them
 *   frames/                       the wire between the two
 *   sandbox/                      the process itself: a watchdog thread, and a thread with the user's code
 *   library/                      what users import as 'spillway'
 */
export { ModifierSet } from './modifier-set.ts'
export type { DryRunStep } from './dry-run.ts'
export { childLauncher } from './processes/child-launcher.ts'
export {
  ModifierError,
  type LaunchSandbox,
  type LogEntry,
  type Modifier,
  type ModifierState,
  type SandboxProcess,
  type Stage,
  type StageOutput,
} from './modifier.ts'
