/**
 * What a reverse proxy changes in a response head, so that its client stays with it: URLs of the origin become those of
 * the listener, and cookies are such as the client will keep and send back. Pure.
 */
import type { ResponseHead } from '../../http1/index.ts'
import type { HeadEdit } from '../../model/flow.ts'
import type { Reverse } from '../../model/reverse.ts'

/** What else is done to a head; gets the edit so far. */
export type HeadRewrite = (head: ResponseHead, edit: HeadEdit | undefined) => HeadEdit | undefined

/** What a port stands for. `listener`: the port as the client has addressed it, like "http://host:port". */
export type Facing = Omit<Reverse, 'listen'> & { listener: string }

/** How the value of each of these fields is told anew, by its name in lower case. */
const told: Record<string, (value: string, facing: Facing) => string> = {
  location: facingUrl,
  'content-location': facingUrl,
  refresh: facingRefresh,
  'set-cookie': facingCookie,
}
const names = Object.keys(told)

/** `edit`: what is done to the head otherwise, also by modifiers, whose values are told anew as well. */
export function faceClient(facing: Facing, head: ResponseHead, edit: HeadEdit | undefined): HeadEdit | undefined {
  const { fields } = head
  const drop: number[] = []
  const add: HeadEdit['add'] = []
  for (const name of names) {
    // What is added goes behind the rest, so cookies behind one that changes go with it: their order may matter.
    let moving = false
    for (let at = fields.indexOf(name); at !== -1; at = fields.indexOf(name, at + 1)) {
      if (edit?.drop.includes(at) === true) continue
      const value = fields.value(at)
      const now = tellAnew(name, value, facing)
      moving ||= now !== value
      if (!moving) continue
      drop.push(at)
      add.push([fields.name(at), now])
    }
  }
  const others = edit?.add.map(([name, value]): [string, string] => [name, tellAnew(name, value, facing)]) ?? []
  const same = others.every(([, value], index) => value === edit?.add[index]?.[1])
  if (drop.length === 0 && same) return edit
  const all = [...drop, ...(edit?.drop ?? [])].sort((a, b) => a - b)
  return { startLine: edit?.startLine, drop: all, add: [...add, ...others] }
}

function tellAnew(name: string, value: string, facing: Facing): string {
  return told[name.toLowerCase()]?.(value, facing) ?? value
}

/**
 * A URL of the origin, below its prefix, is one of the listener; another path of the origin is named with it, as the
 * listener cannot reach it. What is relative to the request's own path holds as it is, and other origins stay.
 */
function facingUrl(value: string, { scheme, host, port, authority, prefix, listener }: Facing): string {
  const [, before = '', rest = ''] = /^((?:[a-z][a-z\d+.-]*:)?\/\/[^/?#\\]*)?(.*)$/is.exec(value) ?? []
  if (before === '') {
    if (!rest.startsWith('/') || prefix === '') return value
    return behind(prefix, rest) ?? `${scheme}://${authority}${rest}`
  }
  const written = before.startsWith('//') ? `${scheme}:${before}` : before
  if (!URL.canParse(written)) return value
  const url = new URL(written)
  const usual = url.protocol === 'https:' ? 443 : 80
  const isOrigin =
    url.protocol === `${scheme}:` &&
    url.hostname.replace(/^\[(.*)\]$/, '$1') === host &&
    (url.port === '' ? usual : Number(url.port)) === port
  const own = isOrigin ? behind(prefix, rest === '' ? '/' : rest) : undefined
  return own === undefined ? value : `${listener}${rest === '' ? '' : own}`
}

/** What is left of a path behind the prefix; undefined: it is not below it. */
function behind(prefix: string, path: string): string | undefined {
  if (!path.startsWith(prefix)) return undefined
  const rest = path.slice(prefix.length)
  if (rest === '') return '/'
  if (rest.startsWith('/')) return rest
  return /^[?#]/.test(rest) ? `/${rest}` : undefined
}

/** "5; url=https://…": no RFC has it, browsers do (HTML, "shared declarative refresh steps"). */
function facingRefresh(value: string, facing: Facing): string {
  const [, before, quote = '', url = '', after = ''] =
    /^(\s*[\d.]+\s*[;,]\s*url\s*=\s*)(["']?)(.*?)(\2\s*)$/is.exec(value) ?? []
  return before === undefined ? value : `${before}${quote}${facingUrl(url, facing)}${after}`
}

/**
 * RFC 6265 §5.3: a client refuses a cookie for a domain that it has not asked, sends one that is Secure only over TLS, and
 * sends it only below its Path. Browsers take neither SameSite=None nor Partitioned without Secure; nor, whatever is done
 * to them, cookies whose names promise it, but on this machine, which they trust without TLS.
 */
function facingCookie(value: string, { host, prefix, listener }: Facing): string {
  const [pair = '', ...attributes] = value.split(';')
  const plain = !listener.startsWith('https:') && !securePrefix.test(pair)
  const wasSecure = attributes.some((attribute) => /^\s*secure\s*$/i.test(attribute))
  const kept = attributes.flatMap((attribute) => {
    const [, name = '', given = ''] = /^\s*([^=\s]*)\s*=?\s*(.*?)\s*$/s.exec(attribute) ?? []
    switch (name.toLowerCase()) {
      case 'domain':
        return covers(given, host) ? [] : [attribute]
      case 'secure':
        return plain ? [] : [attribute]
      case 'samesite':
        return plain && wasSecure && given.toLowerCase() === 'none' ? [] : [attribute]
      case 'partitioned':
        return plain && wasSecure ? [] : [attribute]
      case 'path': {
        const own = prefix === '' ? undefined : behind(prefix, given)
        return [own === undefined ? attribute : ` Path=${own}`]
      }
      default:
        return [attribute]
    }
  })
  return [pair, ...kept].join(';')
}

/** RFC 6265bis §4.1.3 */
const securePrefix = /^\s*__(?:secure|host|http)-/i

/** RFC 6265 §5.1.3: a leading dot means nothing. */
function covers(domain: string, host: string): boolean {
  const name = domain.replace(/^\./, '').toLowerCase()
  return name !== '' && (host === name || host.endsWith(`.${name}`))
}
