/**
 * From what the user wrote to what is to be done. Command line, then environment, then file, then defaults: the first
 * that says something about an option wins.
 */
import { resolve } from 'node:path'
import { isLoopback } from '../../../main/model/host.ts'
import type { Settings } from '../../../main/model/settings.ts'
import { flagOf, type Address, type Values } from '../../contract/options.ts'
import { settingsOf } from '../../host/settings/settings-of.ts'
import { readCommandLine } from './command-line.ts'
import { readConfigFile } from './config-file.ts'
import { dataFolder, type Machine } from './data-folder.ts'
import { readEnvironment } from './environment.ts'
import { firstOf, type Given } from './given.ts'
import { UsageError } from './usage-error.ts'

export type Configuration =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'print-ca'; caDir: string }
  | {
      kind: 'run'
      settings: Settings
      json: boolean
      quiet: boolean
      sources: Sources
      web: Web | undefined
      warnings: string[]
    }

/** A window for browsers of this machine. */
export type Web = { listen: Address; tokenFile: string | undefined }

/** What a host with a window must know of where values come from: it writes to the file, and nothing beats `outside`. */
export type Sources = {
  /** Given on the command line or in the environment. */
  outside: Values
  /** Named with --config. */
  file: string | undefined
  dataDir: string
}

const nothing: Given = { values: {}, from: {} }

/** Throws UsageError. */
export async function readConfiguration(args: readonly string[], machine: Machine): Promise<Configuration> {
  const line = readCommandLine(args)
  if (line.values.help) return { kind: 'help' }
  if (line.values.version) return { kind: 'version' }
  const outside = firstOf(line, readEnvironment(machine.env))
  const { config } = outside.values
  const file = config === undefined ? nothing : await readConfigFile(config, outside.from.config ?? config)
  const given = firstOf(outside, file)
  const { values, from } = given
  const dataDir = dataFolder(machine)
  const made = await settingsOf(values, dataDir, 'add --allow-lan if that is meant')
  if (!made.ok) throw new UsageError(from[made.key] ?? flagOf(made.key), made.message)
  const { settings } = made
  if (values.printCa) return { kind: 'print-ca', caDir: settings.caDir }
  const sources = { outside: outside.values, file: config, dataDir }
  const { json = false, quiet = false } = values
  const warnings = repeated(values.modifier ?? [], from.modifier ?? flagOf('modifier'))
  return { kind: 'run', settings, json, quiet, sources, web: webOf(outside), warnings }
}

/** A file that is named twice in one list, perhaps in place of another one. */
function repeated(named: readonly string[], where: string): string[] {
  const files = named.map((file) => resolve(file))
  const again = new Set(files.filter((file, index) => files.indexOf(file) < index))
  return [...again].map((file) => `${where}: ${file} is named more than once, and applied once`)
}

function webOf({ values: { web, webTokenFile }, from }: Given): Web | undefined {
  if (web === undefined) {
    if (webTokenFile === undefined) return undefined
    throw new UsageError(from.webTokenFile ?? '--web-token-file', 'there is no token without --web')
  }
  if (isLoopback(web.host)) return { listen: web, tokenFile: webTokenFile }
  const why = 'the window is only for browsers of this machine'
  throw new UsageError(from.web ?? '--web', `"${web.host}" is not a loopback address: ${why}`)
}
