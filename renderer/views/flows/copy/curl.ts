/** A request as a curl command for any POSIX shell. Pure. */

export type CurlRequest = {
  method: string
  url: string
  /** As received: start line and fields, each with its CRLF; a character per byte. */
  head: string
  /** What is recorded of the body, when that is all of it. */
  body: Uint8Array | undefined
}

/** `left`: the command does without the body, which is not text or was not recorded. */
export type Curl = { command: string; left: 'body' | undefined }

/** curl says these itself; sent as they were, they would contradict what it does. */
const curlsOwn = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'proxy-connection', 'te'])
/** curl adds these where the request has none. */
const curlsHabits = ['user-agent', 'accept']
const token = /^[\w!#$%&'*+.^`|~-]+$/

/** One word for a POSIX shell, whatever is in it: nothing is special between single quotes but the quote. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** `between`: what stands between its words; a line for each, or all in one. */
export function curlOf({ method, url, head, body }: CurlRequest, between = ' \\\n  '): Curl {
  const fields = fieldsOf(head)
  const names = new Set(fields.map(([name]) => name.toLowerCase()))
  const text = body && textOf(body)
  const words = [`curl ${shellWord(url)}`]
  // Brackets and braces in the address, and dots between its slashes, are what was sent.
  if (/[[\]{}]/.test(url)) words.push('--globoff')
  if (/\/\.\.?(\/|$|\?)/.test(url)) words.push('--path-as-is')
  if (method === 'HEAD') words.push('--head')
  else if (method !== (text ? 'POST' : 'GET')) words.push(`-X ${shellWord(method)}`)
  for (const [name, value] of fields) {
    const lower = name.toLowerCase()
    if (curlsOwn.has(lower) || !token.test(name) || value.includes('\0')) continue
    if (lower === 'host' && value === hostOf(url)) continue
    // An empty value is written with a semicolon: with a colon curl takes the field out.
    words.push(`-H ${shellWord(value === '' ? `${name};` : `${name}: ${value}`)}`)
  }
  const unasked = text ? [...curlsHabits, 'content-type'] : curlsHabits
  for (const name of unasked) if (!names.has(name)) words.push(`-H ${shellWord(`${name}:`)}`)
  if (names.has('accept-encoding')) words.push('--compressed')
  if (text) words.push(`--data-raw ${shellWord(text)}`)
  const hadBody = names.has('content-length') || names.has('transfer-encoding')
  const left = text === undefined && hadBody && body?.length !== 0 ? 'body' : undefined
  return { command: words.join(between), left }
}

function fieldsOf(head: string): [name: string, value: string][] {
  const fields: [string, string][] = []
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.push([line.slice(0, colon), utf8(line.slice(colon + 1).trim())])
  }
  return fields
}

/** Bytes above ASCII are usually UTF-8; where they are not, they are taken as latin1. */
function utf8(latin1: string): string {
  return textOf(Uint8Array.from(latin1, (character) => character.charCodeAt(0))) ?? latin1
}

/** Undefined for what cannot be a word of a command: not UTF-8, or with a NUL. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined)
