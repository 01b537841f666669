/** What can be done in the window about a flow that failed, or about what could not be applied. Pure. */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import type { SettingKey } from './explain.ts'

/** `connect`: the steps by which a client comes to trust the CA. `pass-through`: leave this host alone. */
export type WayOut = { kind: 'setting'; setting: SettingKey } | { kind: 'connect' } | { kind: 'pass-through' }

const setting = (key: SettingKey): WayOut => ({ kind: 'setting', setting: key })

export function waysOut({ code, message, phase }: NonNullable<FlowDetail['error']>): WayOut[] {
  // Its own failures, and those of connecting to it.
  if (/^The upstream proxy /.test(message)) return [setting('upstream')]
  switch (code) {
    case 'ORIGIN_CERTIFICATE':
      return [setting('originCa'), setting('insecure')]
    case 'CLIENT_UNTRUSTING':
      return [{ kind: 'connect' }, { kind: 'pass-through' }]
    case 'CLIENT_CLOSED':
      // Some clients look at the certificate when the handshake is over, and leave without a word.
      return phase === 'client-tls' ? [{ kind: 'connect' }, { kind: 'pass-through' }] : []
    case 'CLIENT_TLS':
      return [{ kind: 'pass-through' }]
    case 'ORIGIN_TLS':
      return message.includes('pass this host through') ? [{ kind: 'pass-through' }] : []
    case 'PROXY_AUTH':
      return [{ kind: 'connect' }, setting('proxyAuth')]
    case 'CONNECT_TIMEOUT':
      return [setting('connectTimeoutMs')]
    case 'ORIGIN_TIMEOUT':
      return phase === 'origin-tls' ? [setting('connectTimeoutMs')] : []
    case 'IDLE':
      return [setting('idleLimitMs')]
    case 'BAD_REQUEST':
    case 'BAD_RESPONSE':
      return limits(message)
    default:
      return []
  }
}

/** As main/http1 complains of what is too large. */
function limits(message: string): WayOut[] {
  if (/the head is larger than|trailers of more than/.test(message)) return [setting('headLimit')]
  if (/more than \d+ fields/.test(message)) return [setting('fieldLimit')]
  return message.includes('pass it through') ? [{ kind: 'pass-through' }] : []
}

/** The setting that a note is about. */
export function settingOfNote(note: string): SettingKey | undefined {
  if (note.includes('larger than the buffer limit')) return 'bufferLimit'
  return note.includes('bodies on disk exceeded') ? 'bodyDisk' : undefined
}
