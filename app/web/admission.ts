/**
 * Who may speak to the window's server at all, before any token is looked at: pages of this server, and what a user
 * opens themselves. Another site's page can make a browser send requests to loopback; what tells them apart is what
 * the browser writes and pages cannot: Host, Origin and Sec-Fetch-Site.
 */
import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../../main/model/host.ts'

/** `sentence` is all the body has. */
export type Refusal = { status: number; sentence: string }

type Head = Pick<IncomingMessage, 'headers' | 'headersDistinct'>

/** The origin by which the server was addressed ("http://127.0.0.1:8090"), or why it does not answer. */
export function admit({ headers, headersDistinct }: Head, port: number): string | Refusal {
  const host = headers.host ?? ''
  if (headersDistinct['host']?.length !== 1 || !isOwn(host, port)) {
    // A name that an attacker's DNS has pointed at 127.0.0.1 makes their page "same-origin" with us: rebinding.
    return refuse(421, `This is Spillway's window. It answers only at 127.0.0.1:${port} and localhost:${port}.`)
  }
  const own = `http://${host.toLowerCase()}`
  if (headers.origin !== undefined && headers.origin !== own) {
    return refuse(403, 'Pages of other sites may not speak to Spillway.')
  }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return refuse(403, 'Spillway is not opened from links and pages: copy its address into the address bar.')
  }
  return own
}

/** As `admit`, and the Origin, which every browser sends with a WebSocket, must be there. */
export function admitWire(head: Head, port: number): string | Refusal {
  const admitted = admit(head, port)
  if (typeof admitted !== 'string' || head.headers.origin !== undefined) return admitted
  return refuse(403, "An Origin is missing: Spillway's wire is for its own window.")
}

function isOwn(host: string, port: number): boolean {
  const [, name = '', digits = '80'] = /^(\[[\da-f:.]+\]|[\da-z.-]+)(?::(\d{1,5}))?$/i.exec(host) ?? []
  return name !== '' && isLoopback(name) && Number(digits) === port
}

const refuse = (status: number, sentence: string): Refusal => ({ status, sentence })
