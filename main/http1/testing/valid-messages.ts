import { valid, type Expected, type MessageCase } from './message-case.ts'

const get: Expected = { line: ['GET', '/', '1.1'], fields: [['Host', 'a']] }
const ok = (body: string, fields?: [string, string][], trailers?: string): Expected => ({
  line: ['1.1', '200', 'OK'],
  body,
  ...(fields && { fields }),
  ...(trailers !== undefined && { trailers }),
})
const post = (body: string, trailers?: string): Expected => ({
  line: ['POST', '/', '1.1'],
  body,
  ...(trailers !== undefined && { trailers }),
})

/** A request with this target, and nothing else of interest. */
function target(name: string, source: string, method: string, text: string): MessageCase {
  const messages: Expected[] = [{ line: [method, text, '1.1'], fields: [['Host', 'a']] }]
  return valid('request', name, source, `${method} ${text} HTTP/1.1\r\nHost: a\r\n\r\n`, { messages })
}

/** A response with this value in the field X. */
function value(name: string, source: string, raw: string, read: string): MessageCase {
  const fields: [string, string][] = [
    ['X', read],
    ['Content-Length', '0'],
  ]
  const bytes = `HTTP/1.1 200 OK\r\nX:${raw}\r\nContent-Length: 0\r\n\r\n`
  return valid('response', name, source, bytes, { messages: [ok('', fields)] })
}

function chunked(name: string, source: string, body: string, read: string, trailers?: string): MessageCase[] {
  return [
    valid('request', name, source, `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${body}`, {
      messages: [post(read, trailers)],
    }),
    valid('response', name, source, `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`, {
      messages: [ok(read, undefined, trailers)],
    }),
  ]
}

/** A final response without a body, whatever its fields say, and another behind it. */
function bodiless(name: string, source: string, method: string, status: string, fields: string): MessageCase {
  const bytes = `HTTP/1.1 ${status}\r\n${fields}\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi`
  const [code = '', reason = ''] = status.split(' ')
  const messages: Expected[] = [{ line: ['1.1', code, reason], body: '' }, ok('hi')]
  return valid('response', name, source, bytes, { methods: [method], messages })
}

const requestLines: MessageCase[] = [
  target('origin-form', 'RFC 9112 §3.2.1', 'GET', '/where?q=now'),
  target('two slashes', 'RFC 9112 §3.2.1', 'GET', '//a/b'),
  target('absolute-form', 'RFC 9112 §3.2.2', 'GET', 'http://www.example.org/pub/WWW/TheProject.html'),
  target('absolute-form without a path', 'RFC 9112 §3.2.2', 'GET', 'HTTP://example.org'),
  target('absolute-form with a query at once', 'RFC 9112 §3.2.2', 'GET', 'http://example.org?q'),
  target('absolute-form with IPv6 and user information', 'RFC 3986 §3.2', 'GET', 'http://u:p@[::1]:8080/a'),
  target('authority-form', 'RFC 9112 §3.2.3', 'CONNECT', 'www.example.com:80'),
  target('authority-form with IPv6', 'RFC 9112 §3.2.3', 'CONNECT', '[2001:db8::1]:443'),
  target('asterisk-form', 'RFC 9112 §3.2.4', 'OPTIONS', '*'),
  target('characters that are not URI characters', 'browsers send them', 'GET', '/a|b^c`d{e}f"g<h>i\\j'),
  target('a long target', 'RFC 9112 §3: at least 8000 octets', 'GET', `/${'x'.repeat(400)}`),
  valid('request', 'HTTP/1.0', 'RFC 9112 §2.3', 'GET / HTTP/1.0\r\n\r\n', {
    messages: [{ line: ['GET', '/', '1.0'] }],
  }),
  valid('request', 'no fields at all', 'RFC 9112 §2.1', 'GET / HTTP/1.1\r\n\r\n', {
    messages: [{ line: ['GET', '/', '1.1'], fields: [] }],
  }),
  valid('request', 'an empty line before it', 'RFC 9112 §2.2', '\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n', {
    messages: [get],
  }),
  valid(
    'request',
    'empty lines between two requests',
    'RFC 9112 §2.2',
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    { messages: [get, get] },
  ),
]

const statusLines: MessageCase[] = ['OK', '', 'Not  that good ', 'Größe \xe9', 'a\tb'].map((reason) =>
  valid(
    'response',
    `the reason ${JSON.stringify(reason)}`,
    'RFC 9112 §4',
    `HTTP/1.1 299 ${reason}\r\nContent-Length: 0\r\n\r\n`,
    { messages: [{ line: ['1.1', '299', reason] }] },
  ),
)
statusLines.push(
  valid('response', 'no SP before the missing reason', 'RFC 9112 §4', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', {
    messages: [{ line: ['1.1', '200', ''] }],
  }),
  valid('response', 'the largest status', 'RFC 9110 §15', 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n', {
    messages: [{ line: ['1.1', '999', 'Odd'] }],
  }),
)

const fields: MessageCase[] = [
  value('no white space', 'RFC 9112 §5', 'v', 'v'),
  value('optional white space on both sides', 'RFC 9112 §5.1', ' \t v \t ', 'v'),
  value('an empty value', 'RFC 9110 §5.5', '', ''),
  value('only white space', 'RFC 9110 §5.5', ' \t ', ''),
  value('white space and colons within', 'RFC 9110 §5.5', ' a \t b: c', 'a \t b: c'),
  value('obs-text', 'RFC 9110 §5.5', ' \x80\xe9\xff', '\x80\xe9\xff'),
  valid(
    'request',
    'order, case and duplicates',
    'RFC 9110 §5.2, §5.3',
    "GET / HTTP/1.1\r\nhOsT: a\r\nb: 1\r\nA: 2\r\nB: 3\r\n!#$%&'*+-.^_`|~09: t\r\n\r\n",
    {
      messages: [
        {
          line: ['GET', '/', '1.1'],
          fields: [
            ['hOsT', 'a'],
            ['b', '1'],
            ['A', '2'],
            ['B', '3'],
            ["!#$%&'*+-.^_`|~09", 't'],
          ],
        },
      ],
    },
  ),
]

const framing: MessageCase[] = [
  valid('request', 'a body of known length', 'RFC 9112 §6.2', 'POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\na\r\n\0b', {
    messages: [post('a\r\n\0b')],
  }),
  valid(
    'request',
    'leading zeros in Content-Length',
    'RFC 9110 §8.6',
    'POST / HTTP/1.1\r\nContent-Length: 005\r\n\r\nhello',
    {
      messages: [post('hello')],
    },
  ),
  valid(
    'request',
    'pipelined requests',
    'RFC 9112 §9.3.2',
    'POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiPOST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyou\r\n0\r\n\r\n' +
      'GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n',
    { messages: [post('hi'), post('you'), get, post('')] },
  ),
  valid(
    'response',
    'pipelined responses',
    'RFC 9112 §9.3.2',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n' +
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    { messages: [ok('hi'), ok('x'), ok('')] },
  ),
  valid('response', 'read until close', 'RFC 9112 §6.3', 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', {
    messages: [ok('HTTP/1.1 200 OK\r\n\r\n')],
  }),
  valid('response', 'read until close, nothing comes', 'RFC 9112 §6.3', 'HTTP/1.0 200 OK\r\n\r\n', {
    messages: [{ line: ['1.0', '200', 'OK'], body: '' }],
  }),
  bodiless('HEAD with Content-Length', 'RFC 9112 §6.3', 'HEAD', '200 OK', 'Content-Length: 1000\r\n'),
  bodiless('HEAD with chunked', 'RFC 9112 §6.3', 'HEAD', '200 OK', 'Transfer-Encoding: chunked\r\n'),
  bodiless('HEAD with neither', 'RFC 9112 §6.3', 'HEAD', '200 OK', ''),
  bodiless('304 with Content-Length', 'RFC 9112 §6.3', 'GET', '304 Same', 'Content-Length: 1000\r\n'),
  bodiless('304 with chunked', 'RFC 9112 §6.3', 'GET', '304 Same', 'Transfer-Encoding: chunked\r\n'),
  bodiless('204', 'RFC 9112 §6.3', 'GET', '204 Empty', ''),
  bodiless('204 with Content-Length', 'RFC 9112 §6.3', 'GET', '204 Empty', 'Content-Length: 3\r\n'),
  bodiless('100 with Content-Length', 'RFC 9112 §6.3', 'GET', '100 Continue', 'Content-Length: 3\r\n'),
  valid(
    'response',
    'CONNECT answered with 200',
    'RFC 9112 §6.3',
    'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ntunnel',
    {
      methods: ['CONNECT'],
      messages: [ok('')],
    },
  ),
  valid('response', 'CONNECT answered with 403', 'RFC 9112 §6.3', 'HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno', {
    methods: ['CONNECT'],
    messages: [{ line: ['1.1', '403', 'No'], body: 'no' }],
  }),
  valid(
    'response',
    '100 and 103 before the final head',
    'RFC 9110 §15.2, RFC 8297',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
    { messages: [{ line: ['1.1', '100', 'Continue'] }, { line: ['1.1', '103', 'Early Hints'] }, ok('hi')] },
  ),
  valid(
    'response',
    '101 and another protocol',
    'RFC 9110 §15.2.2',
    'HTTP/1.1 101 Switch\r\nUpgrade: x\r\n\r\n\x81\x05hello',
    {
      messages: [{ line: ['1.1', '101', 'Switch'], body: '' }],
    },
  ),
]

const chunkedBodies: MessageCase[] = [
  ...chunked('an empty body', 'RFC 9112 §7.1', '0\r\n\r\n', ''),
  ...chunked('several chunks', 'RFC 9112 §7.1', '3\r\nabc\r\n1\r\n\n\r\n2\r\n\r\n\r\n0\r\n\r\n', 'abc\n\r\n'),
  ...chunked(
    'upper and lower case sizes',
    'RFC 9112 §7.1',
    `a\r\n${'x'.repeat(10)}\r\nB\r\n${'y'.repeat(11)}\r\n0\r\n\r\n`,
    'xxxxxxxxxxyyyyyyyyyyy',
  ),
  ...chunked('leading zeros', 'RFC 9112 §7.1', '0003\r\nabc\r\n0000000000000000\r\n\r\n', 'abc'),
  ...chunked('data that look like framing', 'RFC 9112 §7.1', '5\r\n0\r\n\r\n\r\n0\r\n\r\n', '0\r\n\r\n'),
  ...chunked(
    'extensions',
    'RFC 9112 §7.1.1',
    '1;a;b=c;d="e";f="";g="h\\"\\\\;\r\nx\r\n0\r\n\r\n'.replace('\\\\;', '\\\\;"'),
    'x',
  ),
  ...chunked('an extension of the last chunk', 'RFC 9112 §7.1.1', '1\r\nx\r\n0;last="yes\t\x80"\r\n\r\n', 'x'),
  ...chunked(
    'trailers',
    'RFC 9112 §7.1.2',
    '1\r\nx\r\n0\r\nETag: "y"\r\nb:\r\nB: \tz \r\n\r\n',
    'x',
    'ETag: "y"\r\nb:\r\nB: \tz \r\n',
  ),
]

export const validMessages: MessageCase[] = [...requestLines, ...statusLines, ...fields, ...framing, ...chunkedBodies]
