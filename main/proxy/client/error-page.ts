/** The answer a client gets from Spillway itself when there is none from the origin. Every value is escaped. */

const titles: Record<number, string> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  508: 'Loop Detected',
}

export type ErrorPage = {
  status: number
  /** A sentence for people; may quote what strangers sent. */
  message: string
  /** The client's Accept field: browsers get HTML. */
  accept: string | undefined
  /** Without a body, for HEAD. */
  headOnly: boolean
  close: boolean
  /** Further field lines, without CRLF; ours alone. */
  fields?: readonly string[]
}

/** The whole response, head and body. */
export function writeErrorPage({ status, message, accept, headOnly, close, fields: more = [] }: ErrorPage): string {
  const title = titles[status] ?? 'Error'
  const html = wantsHtml(accept ?? '')
  const body = html
    ? htmlPage(status, title, message)
    : `${status} ${title}\n\n${printable(message)}\n\n(from Spillway)\n`
  const fields = [
    `HTTP/1.1 ${status} ${title}`,
    `Content-Type: ${html ? 'text/html' : 'text/plain'}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    ...more,
    ...(html ? ["Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'"] : []),
    ...(close ? ['Connection: close'] : []),
  ]
  return `${fields.join('\r\n')}\r\n\r\n${headOnly ? '' : body}`
}

/** RFC 9110 §12.5.1: HTML is named, in any case, and not refused by a weight of 0. */
function wantsHtml(accept: string): boolean {
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.toLowerCase().split(';')
    return type.trim() === 'text/html' && !parameters.some((parameter) => /^\s*q=0(?:\.0*)?\s*$/.test(parameter))
  })
}

function htmlPage(status: number, title: string, message: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${status} ${title}</title>
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 12vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.25rem } p { overflow-wrap: anywhere } footer { opacity: .65; font-size: .85rem; margin-top: 2rem }
</style></head>
<body><h1>${status} ${title}</h1><p>${escapeHtml(printable(message))}</p>
<footer>This answer comes from Spillway, the debugging proxy, not from the site.</footer></body></html>
`
}

function printable(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
}

/** For text and for attribute values. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char)
}
