/** What every answer of the window's server says to a browser, and plain sentences as answers. */
import { STATUS_CODES, type OutgoingHttpHeaders } from 'node:http'
import type { Refusal } from './admission.ts'

/** Nothing of this server is for another site: not in frames, not as scripts, not by fetch. */
export const guards: OutgoingHttpHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}

/** For the page itself. `own`: the origin by which the browser knows the server. */
export function pagePolicy(own: string, nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' blob: data:",
    'media-src blob:',
    // The editor's TypeScript; its own script is served under `guards`, which allow it nothing.
    "worker-src 'self'",
    `connect-src 'self' ${own.replace('http:', 'ws:')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

export type Answer = { status: number; headers: OutgoingHttpHeaders; body: Buffer }

export function sentenceAnswer({ status, sentence }: Refusal): Answer {
  const headers = { ...guards, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }
  return { status, headers, body: Buffer.from(`${sentence}\n`) }
}

/** The answer as it is written to a socket that wanted to be a WebSocket. */
export function upgradeRefusal(refusal: Refusal): string {
  const { status, headers, body } = sentenceAnswer(refusal)
  const all = { ...headers, 'Content-Length': body.length, Connection: 'close' }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${String(value)}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body.toString()}`
}
