/**
 * Modifiers: users' generator functions over the chunks of a body. Their code runs in sandbox processes of its own,
 * one for each modifier; this room compiles it, starts and ends the processes, and moves the bytes there and back.
 */
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
