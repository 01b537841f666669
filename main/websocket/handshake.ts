/** What the heads of a 101 agree on. Pure. */

/** permessage-deflate as it was agreed (RFC 7692 §7.1). */
export type DeflateParameters = {
  /** Each message of the server can be inflated without those before it. */
  serverNoContextTakeover: boolean
  clientNoContextTakeover: boolean
  /** Base-2 logarithm of the sender's window, 8 to 15. */
  serverMaxWindowBits: number
  clientMaxWindowBits: number
}

export type AgreedExtensions =
  | { kind: 'none' }
  | { kind: 'deflate'; parameters: DeflateParameters }
  /** At least one of them is not known here, so nobody can say what the bits and the payload of a frame mean. */
  | { kind: 'unknown'; named: string }

type Extension = { name: string; parameters: [name: string, value: string | undefined][] }

/**
 * The extensions of the WebSocket that a 101 begins; undefined: it begins something else. Heads as in model/flow.ts.
 * RFC 6455 §4.1, §4.2.1: both name "websocket", in whatever case; the answer names nothing else.
 */
export function agreedExtensions(requestHead: string, responseHead: string): AgreedExtensions | undefined {
  const asked = list(values(requestHead, 'upgrade'), ',').map((token) => token.toLowerCase())
  const answered = list(values(responseHead, 'upgrade'), ',').map((token) => token.toLowerCase())
  if (!asked.includes('websocket') || answered.length !== 1 || answered[0] !== 'websocket') return undefined
  // RFC 6455 §9.1: the field may come in several lines, which mean the same as one.
  const named = values(responseHead, 'sec-websocket-extensions')
  const extensions = list(named, ',').map(readExtension)
  const [first, ...more] = extensions
  if (first === undefined) return { kind: 'none' }
  const parameters = more.length === 0 ? deflateParameters(first) : undefined
  return parameters === undefined ? { kind: 'unknown', named } : { kind: 'deflate', parameters }
}

/** Undefined: it is another extension, or what was agreed on means nothing (RFC 7692 §7.1), so that nobody can know. */
function deflateParameters({ name, parameters }: Extension): DeflateParameters | undefined {
  if (name !== 'permessage-deflate') return undefined
  const agreed: DeflateParameters = {
    serverNoContextTakeover: false,
    clientNoContextTakeover: false,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  }
  const seen = new Set<string>()
  for (const [parameter, value] of parameters) {
    if (seen.has(parameter)) return undefined
    seen.add(parameter)
    switch (parameter) {
      case 'server_no_context_takeover':
      case 'client_no_context_takeover':
        if (value !== undefined) return undefined
        agreed[parameter === 'server_no_context_takeover' ? 'serverNoContextTakeover' : 'clientNoContextTakeover'] =
          true
        break
      case 'server_max_window_bits':
      case 'client_max_window_bits':
        if (value === undefined || !/^([89]|1[0-5])$/.test(value)) return undefined
        agreed[parameter === 'server_max_window_bits' ? 'serverMaxWindowBits' : 'clientMaxWindowBits'] = Number(value)
        break
      default:
        return undefined
    }
  }
  return agreed
}

/** RFC 6455 §9.1: `name; parameter; parameter=value`, a value perhaps quoted. */
function readExtension(text: string): Extension {
  const [name = '', ...rest] = list(text, ';')
  const parameters = rest.map((parameter): [string, string | undefined] => {
    const at = parameter.indexOf('=')
    if (at === -1) return [parameter.toLowerCase(), undefined]
    return [parameter.slice(0, at).trim().toLowerCase(), unquoted(parameter.slice(at + 1).trim())]
  })
  return { name: name.toLowerCase(), parameters }
}

/** RFC 9110 §5.6.4. */
function unquoted(value: string): string {
  return /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value
}

/** The members between separators that are not in quotes, without the white space around them. */
function list(text: string, separator: ',' | ';'): string[] {
  const members = text.match(separator === ',' ? /(?:"(?:[^"\\]|\\.)*"?|[^",])+/gs : /(?:"(?:[^"\\]|\\.)*"?|[^";])+/gs)
  return (members ?? []).map((member) => member.trim()).filter((member) => member !== '')
}

/** All values of a field (its name in lower case), joined by commas. */
function values(head: string, lowerName: string): string {
  const found: string[] = []
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    if (colon === lowerName.length && line.slice(0, colon).toLowerCase() === lowerName)
      found.push(line.slice(colon + 1))
  }
  return found.join(', ').trim()
}
