/** What was written behind the app's name. The options are those of the command line; Chromium's own pass. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { dataFolder } from '../headless/options/data-folder.ts'
import { helpText } from '../headless/options/help.ts'
import { readConfiguration, type Sources } from '../headless/options/configuration.ts'
import { UsageError } from '../headless/options/usage-error.ts'

const machine = { platform: process.platform, home: homedir(), env: process.env }

/** The same as that of the command line: one CA, one set of settings. */
export const dataDir = dataFolder(machine)

/** Everything that is the window's alone, among it Chromium's profile. */
export const windowFolder = join(dataDir, 'window')

/** Switches of Chromium and macOS that people need to get a window at all. Others are mistakes, and are named. */
const foreign =
  /^(?:-psn_|--(?:no-sandbox|disable-gpu|ozone-platform|(?:en|dis)able-features|enable-logging|force-device-scale-factor|lang|inspect|remote-debugging-port|disable-dev-shm-usage|user-data-dir)(?:[=-]|$))/

export type Given = { kind: 'run'; sources: Sources } | { kind: 'say'; text: string; code: 0 | 2 }

export async function readGiven(args: readonly string[], version: string): Promise<Given> {
  try {
    const own = args.filter((arg) => !foreign.test(arg))
    const configuration = await readConfiguration(own, machine)
    if (configuration.kind === 'run') return { kind: 'run', sources: configuration.sources }
    const text = configuration.kind === 'help' ? helpText() : version
    return { kind: 'say', text: text.trimEnd(), code: 0 }
  } catch (error) {
    if (error instanceof UsageError) return { kind: 'say', text: `spillway: ${error.message}`, code: 2 }
    throw error
  }
}
