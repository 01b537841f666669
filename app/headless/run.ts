/** Runs the engine, alone or with a window, with a log until a signal, or the end of who reads the log, stops it. */
import { EngineError } from '../../main/model/errors.ts'
import type { Configuration } from './options/configuration.ts'
import { hints, lanWarnings, listeningLine, reverseLines } from './greeting.ts'
import { painter } from './log/colours.ts'
import { logJson, logLines, type FlowLog } from './log/flow-log.ts'
import type { Look } from './log/flow-line.ts'
import { logModifiers } from './log/modifier-log.ts'
import { visible } from './log/visible-text.ts'
import { complain, onOutputGone, patientTerminal, print } from './output.ts'
import { alone } from './proxying.ts'
import { onStopSignal } from './signals.ts'

/** Running flows may finish for this long after the first signal. */
const graceMs = 2000
/** A reader of the log that does not read holds up the exit no longer than this. */
const flushMs = 3000

export type Run = Extract<Configuration, { kind: 'run' }>

/** Resolves once it listens; rejects with EngineError. The process ends by itself after a signal. */
export async function run({ settings, json, quiet, sources, web, warnings }: Run, version: string): Promise<void> {
  const engine = web ? await (await import('./windowed.ts')).windowed(web, sources, version) : alone(settings)
  let log: FlowLog | undefined
  let modifierLog: ReturnType<typeof logModifiers> | undefined
  let stopping = false
  /** Not all of the log is there. */
  let cut = false
  /** Until it has started: what keeps it from starting is told once, by the failure. */
  let early: string[] | undefined = []

  async function stop(grace: number): Promise<void> {
    if (stopping) return
    stopping = true
    const open = engine.running().length
    if (open > 0 && grace > 0 && !quiet) {
      complain(`stopping; ${open} running ${open === 1 ? 'flow has' : 'flows have'} ${grace / 1000} s to finish`)
    }
    await engine.close(grace)
    const flushed = Promise.all([log?.flushed(), modifierLog?.flushed()])
    await Promise.race([flushed, new Promise((resolve) => setTimeout(resolve, flushMs))])
    const unread = log?.unread() ?? 0
    if (unread > 0) complain(`${unread} lines of the output were not read in time`)
    process.exit(cut ? 1 : 0)
  }

  if (!quiet) {
    engine.onNotice((sentence) => {
      if (early) early.push(sentence)
      else complain(visible(sentence))
    })
    patientTerminal(process.stderr)
    modifierLog = logModifiers(engine, process.stderr)
    log = json ? logJson(engine, process.stdout, complain) : logLines(engine, process.stdout, look())
  }
  // `spillway | head`: nobody reads on, so this is an end like a signal, without waiting for anyone. A disk that is full
  // ends the log alone.
  onOutputGone((problem) => {
    if (problem === undefined) void stop(0)
    else if (!cut) complain(`${problem}: traffic goes on without it`)
    cut ||= problem !== undefined
  })
  onStopSignal(() => void stop(graceMs))

  for (const warning of warnings) complain(visible(warning))
  const { listening, problem = '', settingsProblem, asked, asksClients, caDir, window } = await engine.start()
  if (settingsProblem !== undefined) complain(visible(settingsProblem))
  for (const sentence of early.splice(0)) complain(visible(sentence))
  early = undefined
  const lines: string[] = []
  if (listening) {
    for (const warning of lanWarnings(listening, asksClients)) complain(warning)
    lines.push(listeningLine(listening, asked), ...reverseLines(listening))
  } else if (sources.outside.listen) {
    // The window cannot change what the command line says.
    throw new EngineError('LISTEN_FAILED', problem)
  } else complain(`${problem} The window is open all the same, and can start the capture`)
  if (window !== undefined) lines.push(`window at ${window}`)
  if (listening && process.stdout.isTTY && !json && !quiet) lines.push(...hints(listening, caDir, asksClients))
  print(lines.join('\n'), json ? process.stderr : process.stdout)
}

/** The width is asked for each line: the window may change. */
function look(): () => Look {
  const { stdout } = process
  patientTerminal(stdout)
  const paint = painter(process.env, stdout.isTTY)
  return () => ({ width: stdout.isTTY ? stdout.columns : undefined, paint })
}
