/**
 * From what the user wrote to what is to be done. Command line, then environment, then file, then defaults: the first
 * that says something about an option wins.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { checkCaPem } from '../../../main/index.ts'
import { defaultSettings, type Settings } from '../../../main/model/settings.ts'
import { isLoopback } from '../../../main/model/host.ts'
import { readCommandLine } from './command-line.ts'
import { readConfigFile, reasonOf } from './config-file.ts'
import { dataFolder, type Machine } from './data-folder.ts'
import { readEnvironment } from './environment.ts'
import { firstOf, type Given } from './given.ts'
import { UsageError } from './usage-error.ts'

export type Configuration =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'print-ca'; caDir: string }
  | { kind: 'run'; settings: Settings; json: boolean; quiet: boolean }

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
  const settings = settingsOf(given, dataFolder(machine))
  if (given.values.printCa) return { kind: 'print-ca', caDir: settings.caDir }
  return { kind: 'run', settings, json: given.values.json ?? false, quiet: given.values.quiet ?? false }
}

/** Options whose key is a key of Settings pass as they are, typed; the few that are the host's go along unread. */
function settingsOf({ values, from }: Given, defaultCaDir: string): Settings {
  const { stream, originCa = [], caDir, ...same } = values
  const settings: Settings = {
    ...defaultSettings,
    ...same,
    streamSize: stream,
    originCas: originCa.flatMap((file) => readCertificates(file, from.originCa ?? '')),
    caDir: resolve(caDir ?? defaultCaDir),
  }
  const { host } = settings.listen
  if (!settings.allowLan && !isLoopback(host)) {
    const why = 'other machines could reach it; add --allow-lan if that is meant'
    throw new UsageError(from.listen ?? '--listen', `"${host}" is not a loopback address: ${why}`)
  }
  return settings
}

function readCertificates(file: string, asked: string): string[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(asked, `cannot read ${file}: ${reasonOf(error)}`)
  }
  const certificates = checkCaPem(text)
  if (!certificates.ok) throw new UsageError(asked, `${file} ${certificates.message}`)
  return certificates.value
}
