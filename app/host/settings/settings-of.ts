/** From what was written to what the engine takes. */
import { resolve } from 'node:path'
import { checkCaPem } from '../../../main/index.ts'
import { isLoopback } from '../../../main/model/host.ts'
import { parseReverse } from '../../../main/model/reverse.ts'
import { defaultSettings, type Settings } from '../../../main/model/settings.ts'
import type { ModifierEntry } from '../../../main/model/modifier.ts'
import type { OptionKey, Values } from '../../contract/options.ts'
import { readClientCertificates } from './client-certificates.ts'
import { readSmallFile } from './small-file.ts'

export type SettingsOf =
  { ok: true; settings: Settings } | { ok: false; key: OptionKey; message: string; place?: string }

/**
 * Options whose key is a key of Settings pass as they are, typed; the few that are the host's go along unread. Files of
 * CAs are read and checked. `dataDir`: the CA's folder when none is given. `wayOut`: how this host's user allows
 * listening beyond this machine, within a sentence.
 */
export async function settingsOf(values: Values, dataDir: string, wayOut: string): Promise<SettingsOf> {
  const { stream, originCa = [], caDir, modifier = [], modifiers = [], clientCerts = [], ...same } = values
  const originCas: string[] = []
  for (const file of originCa) {
    const read = await readCertificates(file)
    if (!read.ok) return { ok: false, key: 'originCa', message: read.message }
    originCas.push(...read.value)
  }
  const identities = await readClientCertificates(clientCerts)
  if (!identities.ok) {
    const { message, place } = identities
    return { ok: false, key: 'clientCerts', message, place: `clientCerts${place}` }
  }
  const settings: Settings = {
    ...defaultSettings,
    ...same,
    streamSize: stream,
    originCas,
    identities: identities.value,
    modifiers: inOrder(modifier, modifiers),
    caDir: resolve(caDir ?? dataDir),
  }
  const far = settings.allowLan ? undefined : farAddress(settings)
  if (!far) return { ok: true, settings }
  const message = `"${far.host}" is not a loopback address: other machines could reach it; ${wayOut}`
  return { ok: false, key: far.key, message }
}

/** The first address that other machines could reach. */
function farAddress({ listen, reverse }: Settings): { key: OptionKey; host: string } | undefined {
  if (!isLoopback(listen.host)) return { key: 'listen', host: listen.host }
  for (const text of reverse) {
    const parsed = parseReverse(text)
    const host = parsed.ok ? parsed.value.listen?.host : undefined
    if (host !== undefined && !isLoopback(host)) return { key: 'reverse', host }
  }
  return undefined
}

/** Files given by name alone come first; each file is applied once. */
function inOrder(files: readonly string[], entries: readonly ModifierEntry[]): ModifierEntry[] {
  const all = new Map<string, ModifierEntry>()
  for (const entry of [...files.map((file) => ({ file })), ...entries]) {
    const file = resolve(entry.file)
    if (!all.has(file)) all.set(file, { ...entry, file })
  }
  return [...all.values()]
}

async function readCertificates(file: string): Promise<ReturnType<typeof checkCaPem>> {
  const read = await readSmallFile(file, 'a list of certificates')
  if (!read.ok) return read
  const certificates = checkCaPem(read.value.toString())
  return certificates.ok ? certificates : { ok: false, message: `${file} ${certificates.message}` }
}
