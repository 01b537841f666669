/**
 * The engine's sentences are the same in a window and on a command line, so they name no flags. Whoever reads them here
 * started Spillway with flags, and can do so with others.
 */
import type { EngineErrorCode, FlowError } from '../../../main/model/errors.ts'
import { flagOf, type OptionKey } from '../../contract/options.ts'

/** " (--origin-ca FILE, --insecure)" behind a sentence that another option would have prevented; else nothing. */
export function flagsFor({ code, message }: Pick<FlowError, 'code' | 'message'>): string {
  if (code === 'ORIGIN_CERTIFICATE')
    return written(message.includes('add its CA') ? ['originCa', 'insecure'] : ['insecure'])
  if (/; pass this host through|: pass it through/.test(message)) return written(['passthrough'])
  return ''
}

export function flagsForEngine(code: EngineErrorCode): string {
  return code.startsWith('CA_') && code !== 'CA_DAMAGED' ? written(['caDir']) : ''
}

const values: Partial<Record<OptionKey, string>> = { originCa: ' FILE', passthrough: ' HOST', caDir: ' DIR' }

const written = (keys: readonly OptionKey[]): string =>
  ` (${keys.map((key) => flagOf(key) + (values[key] ?? '')).join(', ')})`
