/**
 * Requests of HTTP/2 of which a downgrade to HTTP/1.1 could make two, or one that two readers end in different places,
 * as they were published, and what comes of them here. ORIGIN stands for the origin's host and port.
 */
export type Field = [name: string, value: string]

export type Http2Case = {
  name: string
  /** The section of RFC 9113, the class of smuggling, or the CVE with its product. */
  source: string
  /** Of stream 1, in order, pseudo-fields among them. */
  fields: Field[]
  /** The payloads of DATA frames. Undefined: HEADERS end the stream. */
  data?: string[]
  trailers?: Field[]
  /** What the origin reads, "METHOD target content" each. */
  told: string[]
  /** A status, or "reset" with its code. */
  gets: string
  /** The library leaves out what it takes for no field, before we could refuse it; the origin must not see this. */
  without?: string
  /** The origin must see this. */
  seen?: string
}

export const hidden = 'GET /hidden HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'

export const pseudo: Field[] = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':authority', 'ORIGIN'],
  [':path', '/a'],
]
const changed = (name: string, value: string): Field[] =>
  pseudo.map((field) => (field[0] === name ? [name, value] : field))
const without = (name: string): Field[] => pseudo.filter((field) => field[0] !== name)

type Rest = Partial<Pick<Http2Case, 'data' | 'trailers'>>

/** RFC 9113 §8.1.1: a malformed request is an error of its stream (PROTOCOL_ERROR), and the origin hears nothing of it. */
const refused = (name: string, source: string, fields: Field[], rest: Rest = {}): Http2Case => ({
  ...{ name, source, fields, ...rest },
  ...{ told: [], gets: 'reset 1' },
})

const passes = (name: string, source: string, fields: Field[], told: string, rest: Rest = {}): Http2Case => ({
  ...{ name, source, fields, ...rest },
  ...{ told: [told], gets: '200' },
})

const kettle = 'J. Kettle, HTTP/2: The Sequel is Always Worse'

const lengths: Http2Case[] = [
  refused('a length longer than the content', 'H2.CL, RFC 9113 §8.1.1', [...pseudo, ['content-length', '9']], {
    data: ['hello'],
  }),
  refused('a length and no content', 'H2.CL, RFC 9113 §8.1.1', [...pseudo, ['content-length', '5']]),
  refused('two lengths that differ', 'RFC 9113 §8.1.1', [...pseudo, ['content-length', '5'], ['content-length', '0']], {
    data: ['hello'],
  }),
  refused('two lengths that agree', 'RFC 9110 §8.6', [...pseudo, ['content-length', '5'], ['content-length', '5']], {
    data: ['hello'],
  }),
  refused('a list of lengths', 'RFC 9110 §8.6', [...pseudo, ['content-length', '5, 5']], { data: ['hello'] }),
  refused('a length with a plus', 'RFC 9110 §8.6', [...pseudo, ['content-length', '+5']], { data: ['hello'] }),
  refused('a length in hexadecimal', 'RFC 9110 §8.6', [...pseudo, ['content-length', '0x5']], { data: ['hello'] }),
  refused('an empty length', 'CVE-2023-40225, HAProxy', [...pseudo, ['content-length', '']], { data: ['hello'] }),
  refused('a length that wraps', 'RFC 9110 §8.6', [...pseudo, ['content-length', '18446744073709551621']], {
    data: ['hello'],
  }),
  passes('a length that holds', 'RFC 9113 §8.1.1', [...pseudo, ['content-length', '5']], 'POST /a hello', {
    data: ['he', '', 'llo'],
  }),
  passes('a request as content', `H2.TE, ${kettle}`, pseudo, `POST /a ${hidden}`, { data: [hidden] }),
  passes('the end of chunks as content', `H2.TE, ${kettle}`, pseudo, `POST /a 0\r\n\r\n${hidden}`, {
    data: [`0\r\n\r\n${hidden}`],
  }),
  passes('content of nothing', 'H2.0', pseudo, 'POST /a ', { data: [''] }),
  passes('no content, no length', 'H2.0', pseudo, 'POST /a '),
]

const codings: Http2Case[] = [
  refused('a coding', `H2.TE, ${kettle}`, [...pseudo, ['transfer-encoding', 'chunked']], {
    data: [`0\r\n\r\n${hidden}`],
  }),
  refused('a coding that is identity', 'H2.TE', [...pseudo, ['transfer-encoding', 'identity']], { data: [hidden] }),
  refused('a coding and a length', 'H2.TE', [...pseudo, ['transfer-encoding', 'chunked'], ['content-length', '5']], {
    data: ['0\r\n\r\n'],
  }),
  refused('a coding in upper case', 'RFC 9113 §8.2', [...pseudo, ['Transfer-Encoding', 'chunked']], {
    data: ['0\r\n\r\n'],
  }),
  refused('Connection', 'RFC 9113 §8.2.2', [...pseudo, ['connection', 'content-length']], { data: ['hello'] }),
  refused('Upgrade', 'RFC 9113 §8.2.2; h2c smuggling', [...pseudo, ['upgrade', 'h2c']]),
  refused('Keep-Alive', 'RFC 9113 §8.2.2', [...pseudo, ['keep-alive', 'timeout=5']]),
  refused('Proxy-Connection', 'RFC 9113 §8.2.2', [...pseudo, ['proxy-connection', 'keep-alive']]),
]

/** Whatever the field was to become, nothing of it goes on. */
const leftOut = (name: string, source: string, field: Field): Http2Case => ({
  ...passes(name, source, [...pseudo, field], 'POST /a hello', { data: ['hello'] }),
  without: 'hidden',
})

const injected: Http2Case[] = [
  // The library left it out; browsers do not, and people's origins send it.
  {
    ...passes('white space around a value', 'RFC 9113 §8.2.1', [...pseudo, ['a', ' b\t']], 'POST /a ', {}),
    seen: '\r\na: b\r\n',
  },
  leftOut('a line break in a value', `header injection, ${kettle}`, ['a', 'b\r\nhidden: chunked']),
  leftOut('a whole request in a value', `request splitting, ${kettle}`, [
    'a',
    'b\r\n\r\nGET /hidden HTTP/1.1\r\nhost: x',
  ]),
  leftOut('a bare LF in a value', 'RFC 9113 §8.2.1', ['a', 'b\nhidden: chunked']),
  leftOut('a bare CR in a value', 'RFC 9113 §8.2.1', ['a', 'b\rhidden: chunked']),
  leftOut('NUL in a value', 'RFC 9113 §8.2.1', ['a', 'b\0hidden']),
  leftOut('a line break in a cookie', 'RFC 9113 §8.2.3', ['cookie', 'a=b\r\nhidden: y']),
  leftOut('a line break in a name', `header name injection, ${kettle}`, ['a: b\r\nhidden', 'chunked']),
  leftOut('a bare LF in a name', 'RFC 9113 §8.2.1', ['a\nhidden', 'chunked']),
  leftOut('a colon in a name', `RFC 9113 §8.2.1, ${kettle}`, ['a: hidden\r\na', 'b']),
  leftOut('a colon behind a name', 'RFC 9113 §8.2.1', ['transfer-encoding:', 'hidden']),
  leftOut('a space behind a name', 'RFC 9113 §8.2.1', ['transfer-encoding ', 'hidden']),
  leftOut('a tab before a name', 'RFC 9113 §8.2.1', ['\ttransfer-encoding', 'hidden']),
  leftOut('a space in a name', 'RFC 9113 §8.2.1', ['a hidden', 'c']),
  leftOut('NUL in a name', 'RFC 9113 §8.2.1', ['transfer-encoding\0', 'hidden']),
  leftOut('a byte from 0x80 in a name', 'RFC 9113 §8.2.1', ['a\xff', 'hidden']),
  leftOut('an empty name', 'CVE-2023-25725, HAProxy', ['', 'hidden']),
  refused('a line break in the length', 'H2.CL', [...pseudo, ['content-length', '5\r\nhidden: x']], {
    data: ['hello'],
  }),
  passes(
    'a name like that of the coding',
    'CVE-2024-6827, gunicorn',
    [...pseudo, ['transfer_encoding', 'chunked']],
    'POST /a hello',
    { data: ['hello'] },
  ),
]

const trailing = (
  name: string,
  source: string,
  trailer: Field,
): Pick<Http2Case, 'name' | 'source' | 'fields' | 'data' | 'trailers'> => ({
  ...{ name, source, fields: pseudo },
  ...{ data: ['hello'], trailers: [trailer] },
})

const trailers: Http2Case[] = [
  { ...trailing('a trailer', 'RFC 9113 §8.1', ['x-sum', '1']), told: ['POST /a hello'], gets: '200' },
  {
    ...trailing('a line break in a trailer', 'RFC 9113 §8.1', ['a', 'b\r\n\r\nGET /hidden HTTP/1.1\r\n']),
    told: ['POST /a hello'],
    gets: '200',
    without: 'hidden',
  },
  {
    ...trailing('a colon in the name of a trailer', 'RFC 9113 §8.1', ['a: b\r\nhidden', 'd']),
    told: ['POST /a hello'],
    gets: '200',
    without: 'hidden',
  },
  { ...trailing('a length among the trailers', 'RFC 9110 §6.5.1', ['content-length', '5']), told: [], gets: '400' },
  { ...trailing('a Host among the trailers', 'RFC 9110 §6.5.1', ['host', 'elsewhere']), told: [], gets: '400' },
  {
    ...trailing('a coding among the trailers', 'RFC 9113 §8.2.2', ['transfer-encoding', 'chunked']),
    told: [],
    gets: 'reset 1',
  },
  {
    ...trailing('a pseudo-field among the trailers', 'RFC 9113 §8.1', [':path', '/hidden']),
    told: [],
    gets: 'reset 1',
  },
]

const pseudoFields: Http2Case[] = [
  ...(
    [
      ['a request in the method', 'CVE-2021-33193, Apache', changed(':method', 'GET / HTTP/1.1\r\nHost: x\r\n\r\nGET')],
      ['a space in the method', 'CVE-2021-33193, Apache', changed(':method', 'GET /hidden')],
      ['an empty method', 'RFC 9113 §8.3.1', changed(':method', '')],
      [
        'a request line in the path',
        `request line injection, ${kettle}`,
        changed(':path', '/ HTTP/1.1\r\nHost: x\r\n\r\nGET /hidden'),
      ],
      ['a space in the path', `request line injection, ${kettle}`, changed(':path', '/a b')],
      ['a tab in the path', 'RFC 9113 §8.3.1', changed(':path', '/a\tb')],
      ['a path that is a URL', 'RFC 9113 §8.3.1', changed(':path', 'http://elsewhere/')],
      ['a path without a slash', 'RFC 9113 §8.3.1', changed(':path', '@elsewhere/')],
      ['an empty path', 'RFC 9113 §8.3.1', changed(':path', '')],
      ['a URL in the scheme', `:scheme injection, ${kettle}`, changed(':scheme', 'http://elsewhere/?')],
      ['a line break in the scheme', `:scheme injection, ${kettle}`, changed(':scheme', 'http\r\na: b')],
      ['an empty scheme', 'RFC 9113 §8.3.1', changed(':scheme', '')],
      ['a line break in the authority', `:authority injection, ${kettle}`, changed(':authority', 'ORIGIN\r\na: b')],
      ['an empty authority', 'RFC 9113 §8.3.1', changed(':authority', '')],
      ['user information in the authority', 'RFC 9113 §8.3.1', changed(':authority', 'elsewhere@ORIGIN')],
      ['two methods', 'RFC 9113 §8.3', [...pseudo, [':method', 'GET']]],
      ['two paths', `RFC 9113 §8.3, ${kettle}`, [...pseudo, [':path', '/hidden']]],
      ['two authorities', 'RFC 9113 §8.3', [...pseudo, [':authority', 'elsewhere']]],
      ['a pseudo-field behind a field', 'RFC 9113 §8.3', [...without(':path'), ['a', 'b'], [':path', '/a']]],
      ['an unknown pseudo-field', 'RFC 9113 §8.3', [...pseudo, [':hidden', 'x']]],
      ['the pseudo-field of a response', 'RFC 9113 §8.3', [...pseudo, [':status', '200']]],
      ['no method', 'RFC 9113 §8.3.1', without(':method')],
      ['no scheme', 'RFC 9113 §8.3.1', without(':scheme')],
      ['no path', 'RFC 9113 §8.3.1', without(':path')],
      ['neither authority nor Host', 'RFC 9113 §8.3.1', without(':authority')],
      ['a Host that is not the authority', 'RFC 9113 §8.3.1', [...pseudo, ['host', 'elsewhere']]],
      ['two Hosts', 'RFC 9112 §3.2', [...pseudo, ['host', 'ORIGIN'], ['host', 'elsewhere']]],
      ['CONNECT with a path', 'RFC 9113 §8.5', changed(':method', 'CONNECT')],
    ] satisfies [string, string, Field[]][]
  ).map(([name, source, fields]) => refused(name, source, fields)),
  refused('a path in the authority', `:authority injection, ${kettle}`, changed(':authority', 'ORIGIN/hidden?')),
  refused('a backslash in the authority', 'RFC 9113 §8.3.1', changed(':authority', 'elsewhere\\@ORIGIN')),
  passes('a Host that is the authority', 'RFC 9113 §8.3.1', [...pseudo, ['host', 'ORIGIN']], 'POST /a '),
  passes('a Host for the authority', 'RFC 9113 §8.3.1', [...without(':authority'), ['host', 'ORIGIN']], 'POST /a '),
  passes(
    'a cookie in crumbs',
    'RFC 9113 §8.2.3',
    [...pseudo, ['cookie', 'a=1'], ['x', 'y'], ['cookie', 'b=2']],
    'POST /a ',
  ),
  passes('content of GET', 'CL.0', changed(':method', 'GET'), `GET /a ${hidden}`, { data: [hidden] }),
  passes('an expectation', 'RFC 9110 §10.1.1', [...pseudo, ['expect', '100-continue']], 'POST /a hello', {
    data: ['hello'],
  }),
  // What follows belongs to a WebSocket, and there is none: it must not become the next request of the connection.
  {
    name: 'what was meant for a WebSocket that nobody has opened',
    source: 'RFC 8441 §5; WebSocket smuggling',
    fields: [[':method', 'CONNECT'], [':protocol', 'websocket'], ...pseudo.slice(1), ['sec-websocket-version', '13']],
    data: [hidden],
    told: ['GET /a '],
    gets: '502',
  },
]

export const http2Cases: readonly Http2Case[] = [...lengths, ...codings, ...injected, ...trailers, ...pseudoFields]
