/** What a proxy changes in heads: as little as it may. Pure. */
import type { Fields, RequestHead, ResponseHead } from '../../http1/index.ts'
import type { HeadEdit } from '../../model/flow.ts'
import type { ScriptEdit } from './scripted-head.ts'
import type { Target } from './target.ts'

/** A Connection option that names one of these is a trick to make a proxy drop it (RFC 9110 §7.6.1). */
const neverNamed = new Set(['content-length', 'transfer-encoding', 'host', 'authorization', 'cookie', 'set-cookie'])

/** Hop-by-hop fields of either side; Connection may name more. */
function isHopByHop(fields: Fields, index: number): boolean {
  switch (fields.nameLength(index)) {
    case 2:
      return fields.is(index, 'te')
    case 7:
      return fields.is(index, 'upgrade')
    case 10:
      return fields.is(index, 'connection') || fields.is(index, 'keep-alive')
    case 16:
      return fields.is(index, 'proxy-connection')
    case 19:
      return fields.is(index, 'proxy-authorization')
    default:
      return false
  }
}

/** Options of Connection that name fields to drop: all but those that mean something by themselves. */
function namedFields(options: readonly string[]): string[] {
  return options.filter(
    (name) => name !== 'close' && name !== 'keep-alive' && name !== 'upgrade' && name !== 'te' && !neverNamed.has(name),
  )
}

function dropIndexes(fields: Fields, alsoNamed: readonly string[], keep?: (lowerName: string) => boolean): number[] {
  const drop: number[] = []
  for (let index = 0; index < fields.length; index++) {
    const named = alsoNamed.length > 0 && alsoNamed.includes(fields.name(index).toLowerCase())
    if ((named || isHopByHop(fields, index)) && keep?.(fields.name(index).toLowerCase()) !== true) drop.push(index)
  }
  return drop
}

type RequestEditFacts = {
  /** It came in absolute-form: Host is then replaced from it (RFC 9112 §3.2.2). */
  target: Target | undefined
  /** The client asks for another protocol, and may. */
  upgrade: boolean
  /** It was asked in HTTP/2, where TE stands for itself (RFC 9113 §8.2.2). */
  http2: boolean
}

/** The request as the origin gets it. */
export function requestEdit(head: RequestHead, { target, upgrade, http2 }: RequestEditFacts): HeadEdit | undefined {
  const { fields } = head
  const options = fields.has('connection') ? fields.tokens('connection') : []
  const drop = dropIndexes(
    fields,
    options.length > 0 ? namedFields(options) : options,
    upgrade ? (name) => name === 'connection' || name === 'upgrade' : undefined,
  )
  const add: [string, string][] = []
  // RFC 9110 §10.1.4: trailers are taken, since we pass them on; TE is for one hop, so it is said anew.
  if ((http2 || options.includes('te')) && fields.tokens('te').includes('trailers') && !upgrade) {
    add.push(['TE', 'trailers'], ['Connection', 'TE'])
  }
  let startLine: string | undefined
  if (target) {
    startLine = `${head.method} ${target.path} HTTP/1.1`
    const host = fields.get('host')
    const same = host === target.authority || host?.toLowerCase() === target.authority
    if (!same || fields.indexOf('host', fields.indexOf('host') + 1) !== -1) {
      for (let at = fields.indexOf('host'); at !== -1; at = fields.indexOf('host', at + 1)) drop.push(at)
      drop.sort((a, b) => a - b)
      add.unshift(['Host', target.authority])
    }
  } else if (head.version === '1.0') {
    startLine = `${head.method} ${head.target} HTTP/1.1`
  }
  return startLine === undefined && drop.length === 0 && add.length === 0 ? undefined : { startLine, drop, add }
}

export type ResponseEditFacts = {
  /** The origin's framing is forwarded; otherwise its fields are dropped. */
  raw: boolean
  /** Said to the client; undefined: nothing has to be said. */
  connection: 'close' | 'keep-alive' | undefined
  /** Modifiers change the body. */
  modified?: ModifiedBody | undefined
  /** What modifiers want changed of the head. */
  script?: ScriptEdit | undefined
}

/** What of a changed body has to be told anew. */
export type ModifiedBody = {
  /** It goes out in transfer chunks. */
  chunked: boolean
  /** In the origin's content codings, as it came. */
  coded: boolean
}

/** True of one body only: its length, and digests of it (RFC 1864, RFC 3230, RFC 9530). */
const ofOneBody = ['content-length', 'content-md5', 'digest', 'content-digest', 'repr-digest']

/** The response as the client gets it. */
export function responseEdit(head: ResponseHead, facts: ResponseEditFacts): HeadEdit | undefined {
  const { raw, connection, modified, script } = facts
  const { fields, status } = head
  const named = fields.has('connection') ? namedFields(fields.tokens('connection')) : []
  // 426 tells which protocol to upgrade to (RFC 9110 §15.5.22).
  const keepUpgrade = status === 426
  const drop = dropIndexes(fields, named, keepUpgrade ? (name) => name === 'upgrade' : undefined)
  // RFC 9110 §8.6, RFC 9112 §6.1: a 204 has no framing fields; whoever believed them would wait for a body.
  const unframed = !raw || status === 204
  if (unframed) dropAll(fields, status === 204 ? ['content-length', 'transfer-encoding'] : unframes, drop)
  const add: [string, string][] = []
  if (modified) {
    dropAll(fields, modified.coded ? ofOneBody : [...ofOneBody, 'content-encoding'], drop)
    if (modified.chunked && !fields.has('transfer-encoding')) add.push(['Transfer-Encoding', 'chunked'])
  }
  if (connection) add.push(['Connection', keepUpgrade ? `${connection}, upgrade` : connection])
  else if (keepUpgrade) add.push(['Connection', 'upgrade'])
  // A proxy speaks its own version (RFC 9110 §6.2), so an HTTP/1.0 origin is told on as HTTP/1.1.
  const restart = head.version === '1.0' || (script !== undefined && script.status !== status)
  const startLine = restart ? `HTTP/1.1 ${script?.status ?? status} ${script?.reason ?? head.reason}` : undefined
  if (script) {
    drop.push(...script.drop)
    add.unshift(...script.add)
  }
  if (startLine === undefined && drop.length === 0 && add.length === 0) return undefined
  return { startLine, drop: unframed || modified || script ? inOrder(drop) : drop, add }
}

/** An HTTP/1.0 client knows neither chunks nor what comes behind them. */
const unframes = ['transfer-encoding', 'trailer']

function dropAll(fields: Fields, names: readonly string[], drop: number[]): void {
  for (const name of names) {
    for (let at = fields.indexOf(name); at !== -1; at = fields.indexOf(name, at + 1)) drop.push(at)
  }
}

/** Indexes of fields, each once. */
function inOrder(drop: number[]): number[] {
  return [...new Set(drop)].sort((a, b) => a - b)
}

/**
 * An interim response (1xx): passed on as what it is, without hop-by-hop fields, but those of a `switching` one, and
 * without framing fields (RFC 9110 §8.6, RFC 9112 §6.1): whoever believed them would take the next head for a body.
 */
export function informationalEdit(head: ResponseHead, switching = false): HeadEdit | undefined {
  const { fields } = head
  const drop = switching ? [] : dropIndexes(fields, namedFields(fields.tokens('connection')))
  for (const name of ['content-length', 'transfer-encoding']) {
    for (let at = fields.indexOf(name); at !== -1; at = fields.indexOf(name, at + 1)) drop.push(at)
  }
  drop.sort((a, b) => a - b)
  // As of a final head; and readers take an HTTP/1.0 message for the last one of its connection.
  const startLine = head.version === '1.0' ? `HTTP/1.1 ${head.status} ${head.reason}` : undefined
  return startLine === undefined && drop.length === 0 ? undefined : { startLine, drop, add: [] }
}

/** Whether the sender wants the connection kept for another message (RFC 9112 §9.3). */
export function keepsAlive(head: { version: string; fields: Fields }): boolean {
  const options = head.fields.has('connection') ? head.fields.tokens('connection') : undefined
  if (head.version === '1.1') return options?.includes('close') !== true
  return options?.includes('keep-alive') === true
}

/** How long the origin says it keeps an idle connection, less a second for the way; milliseconds. */
export function keptIdleMs({ fields }: ResponseHead): number | undefined {
  const hint = fields.has('keep-alive') ? /timeout=(\d+)/i.exec(fields.get('keep-alive') ?? '') : null
  return hint ? Math.max(0, Number(hint[1]) - 1) * 1000 : undefined
}

/**
 * The protocol a request asks to upgrade to. h2 and h2c are not passed on, so that their flows stay visible; and
 * HTTP/1.0 cannot ask (RFC 9110 §7.8), nor is a request with a body taken at its word.
 */
export function wantedUpgrade(head: RequestHead): string | undefined {
  const { fields } = head
  if (!fields.has('upgrade') || head.version === '1.0' || !fields.tokens('connection').includes('upgrade'))
    return undefined
  // Nobody could tell where the body ends and the other protocol begins.
  if (fields.has('transfer-encoding') || Number(fields.get('content-length') ?? 0) > 0) return undefined
  const wanted = fields.tokens('upgrade')
  return wanted.length === 0 || wanted.includes('h2c') || wanted.includes('h2') ? undefined : fields.joined('upgrade')
}

/** Whether the client wants its connection to the proxy kept. */
export function wantsKeep(head: RequestHead): boolean {
  // Proxy-Connection is an old way to say the same to a proxy; clients that use it mean it.
  const old = head.fields.has('proxy-connection') ? head.fields.tokens('proxy-connection') : undefined
  if (head.version === '1.0' && old?.includes('keep-alive') === true) return true
  return keepsAlive(head) && old?.includes('close') !== true
}

const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** Whether asking twice means no more than asking once (RFC 9110 §9.2.2). */
export function isIdempotent(method: string): boolean {
  return idempotent.has(method)
}
