/**
 * `spillway`: the engine on a command line, for scripts, CI and servers; with --web also in a browser's tab.
 *
 * options/ turns what the user wrote into a configuration, run.ts runs it, log/ prints what flows. Exit codes: 0 done
 * or stopped by a signal, 1 a failure (an EngineError, output that a disk did not take, or a bug), 2 a mistake on the command line, in the environment
 * or in the config file; each with a sentence on standard error. It must be listening within 150 ms, so nothing heavy
 * is imported at the top.
 */
import { homedir } from 'node:os'
import { openAuthority } from '../../main/index.ts'
import { EngineError } from '../../main/model/errors.ts'
import { flagsForEngine } from './log/flags.ts'
import { readConfiguration, type Configuration } from './options/configuration.ts'
import { helpText } from './options/help.ts'
import { UsageError } from './options/usage-error.ts'
import { exitWith, onOutputGone, print } from './output.ts'
import { run } from './run.ts'

// A name whose server is dead holds one of the process's threads for 10 s or more, and libuv lets lookups have half of
// them: two, of Node's usual four. It reads this when it first needs a thread, so nothing before may need one.
process.env['UV_THREADPOOL_SIZE'] ??= '16'

/** Set by the build; absent when run from source. */
declare const __VERSION__: string | undefined
const version = typeof __VERSION__ === 'string' ? __VERSION__ : 'development'

async function perform(configuration: Configuration): Promise<void> {
  if (configuration.kind === 'run') return run(configuration, version)
  onOutputGone((problem) => (problem === undefined ? process.exit(0) : exitWith(1, problem)))
  print((await answer(configuration)).trimEnd())
}

async function answer(configuration: Exclude<Configuration, { kind: 'run' }>): Promise<string> {
  switch (configuration.kind) {
    case 'help':
      return helpText()
    case 'version':
      return version
    case 'print-ca':
      return (await openAuthority(configuration.caDir)).certificatePem
    default:
      return configuration satisfies never
  }
}

function fail(error: unknown): never {
  if (error instanceof UsageError) exitWith(2, error.message)
  if (error instanceof EngineError) exitWith(1, error.message + flagsForEngine(error.code))
  const stack =
    error instanceof Error && process.env['NODE_DEBUG']?.includes('spillway') ? `\n${error.stack ?? ''}` : ''
  const hint = stack === '' ? ' (NODE_DEBUG=spillway shows where)' : stack
  exitWith(1, `a bug in Spillway ended it: ${error instanceof Error ? error.message : String(error)}${hint}`)
}

process.on('uncaughtException', fail)
try {
  const machine = { platform: process.platform, home: homedir(), env: process.env }
  await perform(await readConfiguration(process.argv.slice(2), machine))
} catch (error) {
  fail(error)
}
