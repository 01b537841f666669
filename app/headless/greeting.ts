/** What is said once the proxy listens. */
import { join } from 'node:path'
import type { Settings } from '../../main/index.ts'
import { isLoopback } from '../../main/model/host.ts'
import { proxyUrl } from '../../main/model/address.ts'

export type Listening = {
  host: string
  port: number
  /** Ports that stand for an origin. */
  reverse?: readonly { host: string; port: number; url: string }[] | undefined
}

/** Scripts wait for this line and read the address from it. */
export function listeningLine({ host, port }: Listening, asked: Settings['listen']): string {
  const note = asked.port === undefined && port !== 8080 ? ' (8080 was taken)' : ''
  return `listening on ${proxyUrl(host, port)}${note}`
}

/** One line for each port that stands for an origin, below the other. */
export function reverseLines({ reverse = [] }: Listening): string[] {
  return reverse.map(({ host, port, url }) => `reverse ${proxyUrl(host, port)} for ${url}`)
}

/** For people at a terminal: how to point a client here, and where the CA is. */
export function hints({ host, port }: Listening, caDir: string, asksClients: boolean): string[] {
  const ca = quoted(join(caDir, 'ca.pem'))
  const wildcard = host === '0.0.0.0' || host === '::'
  const url = proxyUrl(wildcard ? '127.0.0.1' : host, port)
  const proxy = asksClients ? url.replace('://', '://USER:PASSWORD@') : url
  return [`  try  curl --proxy ${proxy} --cacert ${ca} https://example.com/`, `  CA   ${ca}`, '  Ctrl-C stops']
}

/** Who else can come, and need not say who they are; a port that stands for an origin asks nobody. */
export function lanWarnings({ host, reverse = [] }: Listening, asksClients: boolean): string[] {
  const others = 'warning: other machines in your network can reach'
  const way = 'with --proxy-auth, or SPILLWAY_PROXY_AUTH=USER:PASSWORD, it asks them for a password'
  return [
    ...(isLoopback(host) || asksClients ? [] : [`${others} this proxy on ${host} and use it as you; ${way}`]),
    ...reverse
      .filter((open) => !isLoopback(open.host))
      .map(({ host, port, url }) => `${others} ${proxyUrl(host, port)} and use ${url} through it as you`),
  ]
}

const quoted = (path: string): string => (/^[\w./:\\-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)
