import { refused, type MessageCase } from './message-case.ts'

/** Request lines (RFC 9112 §3). */
const requestLines: [name: string, line: string, sentence: RegExp, status?: number][] = [
  ['two spaces behind the method', 'GET  / HTTP/1.1', /the request line "GET {2}\/ HTTP\/1.1" is not "METHOD target/],
  ['two spaces before the version', 'GET /  HTTP/1.1', /is not "METHOD target/],
  ['a space behind the version', 'GET / HTTP/1.1 ', /is not "METHOD target/],
  ['a space before the method', ' GET / HTTP/1.1', /is not "METHOD target/],
  ['a space within the target', 'GET /a b HTTP/1.1', /is not "METHOD target/],
  ['tabs instead of spaces', 'GET\t/\tHTTP/1.1', /is not "METHOD target/],
  ['a tab within the target', 'GET /a\tb HTTP/1.1', /is not "METHOD target/],
  ['no version (HTTP/0.9)', 'GET /', /is not "METHOD target/],
  ['no target', 'GET HTTP/1.1', /is not "METHOD target/],
  ['an empty target', 'GET  HTTP/1.1', /is not "METHOD target/],
  ['nothing but a method', 'GET', /is not "METHOD target/],
  ['a method that is no token', 'G(T / HTTP/1.1', /the method "G\(T" is not a token/],
  ['a method in quotes', '"GET" / HTTP/1.1', /the method "\\"GET\\"" is not a token/],
  ['an umlaut in the method', 'G\xc4T / HTTP/1.1', /the method "G\\xc4T" is not a token/],
  ['a relative target', 'GET index.html HTTP/1.1', /the request target "index.html" is neither a path/],
  ['a query alone', 'GET ?q HTTP/1.1', /the request target "\?q" is neither/],
  ['a fragment alone', 'GET #top HTTP/1.1', /the request target "#top" is neither/],
  ['an asterisk and more', 'GET *a HTTP/1.1', /the request target "\*a" is neither/],
  ['authority-form without CONNECT', 'GET example.com:80 HTTP/1.1', /the request target "example.com:80" is neither/],
  ['a scheme without authority', 'GET http:/a HTTP/1.1', /the request target "http:\/a" is neither/],
  ['an empty authority', 'GET http:///a HTTP/1.1', /the request target "http:\/\/\/a" is neither/],
  ['a quote in the authority', 'GET http://a"b/ HTTP/1.1', /the request target "http:\/\/a\\"b\/" is neither/],
  ['a backslash in the authority', 'GET http://a\\@b/ HTTP/1.1', /the request target .* is neither/],
  ['a fragment behind the authority', 'GET http://a#@b/ HTTP/1.1', /the request target .* is neither/],
  ['CONNECT with a path', 'CONNECT /a HTTP/1.1', /the request target "\/a" is not "host:port"/],
  ['CONNECT with a URL', 'CONNECT http://a/ HTTP/1.1', /is not "host:port"/],
  ['the version in lower case', 'GET / http/1.1', /is not "METHOD target/],
  ['another protocol', 'GET / ICY/1.1', /is not "METHOD target/],
  ['RTSP', 'DESCRIBE / RTSP/1.0', /is not "METHOD target/],
  ['a version of one number', 'GET / HTTP/1', /is not "METHOD target/],
  ['a version of two digits', 'GET / HTTP/1.10', /is not "METHOD target/],
  ['a plus sign in the version', 'GET / HTTP/+1.1', /is not "METHOD target/],
  ['HTTP/1.2', 'GET / HTTP/1.2', /asks for a version that is not HTTP\/1.0 or HTTP\/1.1/],
  ['HTTP/0.9 with its number', 'GET / HTTP/0.9', /asks for a version/],
  ['HTTP/2.0', 'GET / HTTP/2.0', /asks for a version/, 505],
  ['the HTTP/2 preface', 'PRI * HTTP/2.0', /asks for a version/, 505],
]

/** Status lines (RFC 9112 §4). */
const statusLines: [name: string, line: string][] = [
  ['no status', 'HTTP/1.1'],
  ['no status, but a reason', 'HTTP/1.1 OK'],
  ['two digits', 'HTTP/1.1 20 OK'],
  ['four digits', 'HTTP/1.1 2000 OK'],
  ['a status below 100', 'HTTP/1.1 099 OK'],
  ['a signed status', 'HTTP/1.1 +20 OK'],
  ['two spaces before the status', 'HTTP/1.1  200 OK'],
  ['a tab before the reason', 'HTTP/1.1 200\tOK'],
  ['no space before the reason', 'HTTP/1.1 200OK'],
  ['HTTP/2', 'HTTP/2 200'],
  ['HTTP/2.0', 'HTTP/2.0 200 OK'],
  ['HTTP/1.2', 'HTTP/1.2 200 OK'],
  ['HTTP/0.9', 'HTTP/0.9 200 OK'],
  ['lower case', 'http/1.1 200 OK'],
  ['a space before it', ' HTTP/1.1 200 OK'],
  ['Shoutcast', 'ICY 200 OK'],
  ['a request', 'GET / HTTP/1.1'],
  ['garbage of the previous body', 'x'.repeat(100)],
]

/** Field lines (RFC 9112 §5), behind "Host: a". */
const fieldLines: [name: string, source: string, lines: string, sentence: RegExp][] = [
  ['white space before the colon', '§5.1', 'X : a\r\n', /field 2, "X : a": white space before the colon/],
  ['a tab before the colon', '§5.1', 'X\t: a\r\n', /field 2, "X\\x09: a": white space before the colon/],
  ['white space before the colon of Content-Length', 'CVE-2019-16276', 'Content-Length : 5\r\n', /white space before/],
  [
    'white space before the colon of Transfer-Encoding',
    'TE.TE',
    'Transfer-Encoding : chunked\r\n',
    /white space before/,
  ],
  ['white space within a name', '§5.1', 'X Y: a\r\n', /the name has a character that is not allowed/],
  ['an empty name', 'CVE-2023-25725, HAProxy', ': a\r\n', /field 2, ": a": the name is empty/],
  ['no colon', '§5', 'X\r\n', /field 2, "X": no colon/],
  ['no colon in the first of two', '§5', 'X\r\nY: a\r\n', /field 2, "X": no colon/],
  ['line folding', '§5.2', 'X: a\r\n b\r\n', /field 3, " b": line folding/],
  ['line folding with a tab', '§5.2', 'X: a\r\n\tb\r\n', /line folding/],
  ['line folding that hides a field', '§5.2, TE.TE', 'X: a\r\n Transfer-Encoding: chunked\r\n', /line folding/],
  ['line folding of nothing', '§5.2', 'X: a\r\n \r\n', /line folding/],
  ['a name in brackets', '§5.1', '[X]: a\r\n', /not allowed/],
  ['a slash in a name', '§5.1', 'X/Y: a\r\n', /not allowed/],
  ['an umlaut in a name', '§5.1', 'X\xe9: a\r\n', /not allowed/],
  ['a quote in a name', 'TE.TE', '"Transfer-Encoding": chunked\r\n', /not allowed/],
  ['NUL in a name', '§5.5, CVE-2024-1135', 'X\0: a\r\n', /line 3: the character "\\x00" may not stand in a head/],
  ['NUL in a value', 'RFC 9110 §5.5', 'X: a\0b\r\n', /line 3: the character "\\x00"/],
  ['a control in a value', 'RFC 9110 §5.5', 'X: a\x01b\r\n', /line 3: the character "\\x01"/],
  ['vertical tab in Transfer-Encoding', 'TE.TE', 'Transfer-Encoding: \x0bchunked\r\n', /the character "\\x0b"/],
  ['form feed in Transfer-Encoding', 'TE.TE', 'Transfer-Encoding: \x0cchunked\r\n', /the character "\\x0c"/],
  ['DEL in a value', 'RFC 9110 §5.5', 'X: \x7f\r\n', /the character "\\x7f"/],
  ['a bare LF', '§2.2, CVE-2019-15605', 'X: a\nY: b\r\n', /line 3: it ends with a bare LF instead of CRLF/],
  ['a bare LF that hides a field', 'CVE-2022-32214, TE.TE', 'X: a\nTransfer-Encoding: chunked\r\n', /bare LF/],
  ['a bare CR', '§2.2', 'X: a\rY: b\r\n', /line 3: a CR is not followed by LF/],
  ['two CR before LF', '§2.2', 'X: a\r\r\nY: b\r\n', /line 3: a CR is not followed by LF/],
  ['a bare CR that hides a field', 'CVE-2023-30589, llhttp', 'X: a\rTransfer-Encoding: chunked\r\n', /a CR is not/],
  ['LF, LF as the end', '§2.2', 'X: a\n\nGET / HTTP/1.1\r\n', /bare LF/],
]

/** Framing that two readers could understand in two ways (RFC 9112 §6). */
const framings: [name: string, source: string, fields: string, sentence: RegExp, status?: number][] = [
  ['Content-Length, then Transfer-Encoding', 'CL.TE', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', /both Tr/],
  ['Transfer-Encoding, then Content-Length', 'TE.CL', 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', /both Tr/],
  [
    'both in odd case',
    'TE.CL',
    'tRANSFER-eNCODING: chunked\r\ncONTENT-lENGTH: 5\r\n',
    /both Transfer-Encoding and Content-L/,
  ],
  ['an odd coding and Content-Length', 'CL.TE', 'Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n', /both Tr/],
  ['an empty coding and Content-Length', 'TE.CL', 'Transfer-Encoding:\r\nContent-Length: 5\r\n', /both Tr/],
  ['an odd coding', 'TE.TE', 'Transfer-Encoding: xchunked\r\n', /transfer coding "xchunked" is not "chunked"/],
  ['identity', 'RFC 9112 §6.1, TE.TE', 'Transfer-Encoding: identity\r\n', /"identity" is not/],
  ['gzip before chunked', 'RFC 9112 §6.1', 'Transfer-Encoding: gzip, chunked\r\n', /"gzip, chunked" is not/],
  ['chunked before gzip', 'RFC 9112 §6.1', 'Transfer-Encoding: chunked, gzip\r\n', /is not "chunked"/],
  ['chunked twice in a list', 'RFC 9112 §6.1', 'Transfer-Encoding: chunked, chunked\r\n', /is not "chunked"/],
  ['chunked twice', 'TE.TE', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', /is not "chunked"/],
  ['chunked and identity', 'TE.TE', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', /is not/],
  ['chunked and a cow', 'TE.TE', 'Transfer-Encoding: chunked\r\nX: y\r\ntransfer-encoding: cow\r\n', /is not/],
  ['a comma before chunked', 'CVE-2022-32213, TE.TE', 'Transfer-Encoding: , chunked\r\n', /", chunked" is not/],
  ['a comma behind chunked', 'TE.TE', 'Transfer-Encoding: chunked,\r\n', /"chunked," is not/],
  ['a semicolon behind chunked', 'TE.TE', 'Transfer-Encoding: chunked;\r\n', /is not "chunked"/],
  ['chunked in quotes', 'TE.TE', 'Transfer-Encoding: "chunked"\r\n', /is not "chunked"/],
  ['an empty coding', 'TE.TE', 'Transfer-Encoding:\r\n', /the transfer coding "" is not/],
  ['chunked with obs-text', 'TE.TE', 'Transfer-Encoding: chunked\xa0\r\n', /"chunked\\xa0" is not/],
  ['a tab behind chunked', 'TE.TE, llhttp', 'Transfer-Encoding: chunked\t\r\n', /a tab in Transfer-Encoding/],
  ['a tab before chunked', 'TE.TE', 'Transfer-Encoding:\tchunked\r\n', /a tab in Transfer-Encoding/],
  ['chunked in half', 'CVE-2020-8287', 'Transfer-Encoding: chunke\r\n', /is not "chunked"/],
  ['two lengths that differ', 'CL.CL', 'Content-Length: 5\r\nContent-Length: 6\r\n', /several Content-Length fields/],
  [
    'two lengths that agree',
    'RFC 9112 §6.3',
    'Content-Length: 5\r\nContent-Length: 5\r\n',
    /several Content-Length fields/,
  ],
  ['a list of lengths', 'RFC 9110 §8.6', 'Content-Length: 5, 5\r\n', /the Content-Length "5, 5" is not a number/],
  ['an empty length', 'RFC 9110 §8.6', 'Content-Length:\r\n', /the Content-Length "" is not a number/],
  ['a negative length', 'RFC 9110 §8.6', 'Content-Length: -5\r\n', /the Content-Length "-5" is not a number/],
  ['a plus sign', 'CVE-2018-7159', 'Content-Length: +5\r\n', /the Content-Length "\+5" is not a number/],
  ['a hexadecimal length', 'RFC 9110 §8.6', 'Content-Length: 0x5\r\n', /is not a number/],
  ['a decimal point', 'RFC 9110 §8.6', 'Content-Length: 5.0\r\n', /is not a number/],
  ['an exponent', 'RFC 9110 §8.6', 'Content-Length: 5e0\r\n', /is not a number/],
  ['an underscore', 'RFC 9110 §8.6', 'Content-Length: 1_0\r\n', /is not a number/],
  ['white space in a length', 'CVE-2018-7159', 'Content-Length: 1 2\r\n', /the Content-Length "1 2" is not a number/],
  ['a length in words', 'RFC 9110 §8.6', 'Content-Length: five\r\n', /is not a number/],
  ['a length over 2^53', 'RFC 9110 §8.6', 'Content-Length: 9007199254740992\r\n', /is too large/],
  ['a length over 2^64', 'RFC 9110 §8.6', 'Content-Length: 18446744073709551621\r\n', /is too large/],
  ['a length of 400 digits', 'RFC 9110 §8.6', `Content-Length: ${'9'.repeat(400)}\r\n`, /"9{60}…" is too large/],
]

/** The same field lines in a request and in a response. */
function both(name: string, source: string, lines: string, sentence: RegExp, status = 400): MessageCase[] {
  const rest = 'Host: a\r\n' + lines + '\r\n5\r\nhello\r\n0\r\n\r\n'
  return [
    refused('request', name, source, `POST / HTTP/1.1\r\n${rest}`, sentence, { status }),
    refused('response', name, source, `HTTP/1.1 200 OK\r\n${rest}`, sentence, { status }),
  ]
}

const te10 = 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
const clientHello = '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03'
const emptyLines = '\r\n'.repeat(17)

const others: MessageCase[] = [
  refused('request', 'chunked in HTTP/1.0', 'RFC 9112 §6.1', `POST / HTTP/1.0\r\n${te10}`, /in an HTTP\/1.0 message/),
  refused('response', 'chunked in HTTP/1.0', 'RFC 9112 §6.1', `HTTP/1.0 200 OK\r\n${te10}`, /in an HTTP\/1.0 message/),
  refused('response', 'both in a 304', 'RFC 9112 §6.1', `HTTP/1.1 304 Same\r\nContent-Length: 1\r\n${te10}`, /both Tr/),
  refused('response', 'both for HEAD', 'RFC 9112 §6.1', `HTTP/1.1 200 OK\r\nContent-Length: 1\r\n${te10}`, /both Tr/, {
    methods: ['HEAD'],
  }),
  refused(
    'request',
    'white space before the first field',
    'RFC 9112 §2.2',
    'GET / HTTP/1.1\r\n Host: a\r\n\r\n',
    /before the first field/,
  ),
  refused('request', 'TLS', 'RFC 8446 §5.1', clientHello, /this looks like TLS, sent where plain HTTP is spoken/),
  refused('request', 'an LF before it', 'RFC 9112 §2.2', '\nGET / HTTP/1.1\r\n\r\n', /line 1: it ends with a bare LF/),
  refused(
    'request',
    'a CR before it',
    'RFC 9112 §2.2',
    '\rGET / HTTP/1.1\r\n\r\n',
    /line 1: a CR is not followed by LF/,
  ),
  refused(
    'request',
    'too many empty lines',
    'RFC 9112 §2.2',
    `${emptyLines}GET / HTTP/1.1\r\n\r\n`,
    /too many empty lines/,
  ),
  refused(
    'request',
    'a bare LF behind the request line',
    'RFC 9112 §2.2',
    'GET / HTTP/1.1\nHost: a\r\n\r\n',
    /line 1: .* bare LF/,
  ),
  refused('request', 'nothing but LF', 'RFC 9112 §2.2', 'GET / HTTP/1.1\nHost: a\n\n', /line 1: .* bare LF/),
  refused(
    'request',
    'NUL in the request line',
    'RFC 9112 §3',
    'GET /\0 HTTP/1.1\r\n\r\n',
    /line 1: the character "\\x00"/,
  ),
  refused(
    'response',
    'a control in the reason',
    'RFC 9112 §4',
    'HTTP/1.1 200 O\x1bK\r\n\r\n',
    /line 1: the character "\\x1b"/,
  ),
  refused(
    'request',
    'a head over the limit',
    'RFC 6585 §5',
    'GET / HTTP/1.1\r\nHost: abc\r\n\r\n',
    /the head is larger than 28 bytes/,
    {
      status: 431,
      limits: { head: 28 },
    },
  ),
  refused(
    'request',
    'a bare LF in a head over the limit',
    'RFC 6585 §5',
    'GET / HTTP/1.1\nHost: abc\r\n\r\n',
    /bare LF/,
    {
      limits: { head: 28 },
    },
  ),
  refused(
    'request',
    'more fields than the limit',
    'RFC 6585 §5',
    'GET / HTTP/1.1\r\na:\r\nb:\r\nc:\r\n\r\n',
    /more than 2 fields/,
    {
      status: 431,
      limits: { fields: 2 },
    },
  ),
]

export const hostileHeads: MessageCase[] = [
  ...requestLines.map(([name, line, sentence, status = 400]) =>
    refused('request', name, 'RFC 9112 §3', `${line}\r\nHost: a\r\n\r\n`, sentence, { status }),
  ),
  ...statusLines.map(([name, line]) =>
    refused(
      'response',
      name,
      'RFC 9112 §4',
      `${line}\r\nContent-Length: 0\r\n\r\n`,
      /the status line ".*" is not HTTP\/1/,
    ),
  ),
  ...fieldLines.flatMap(([name, source, lines, sentence]) => both(name, source, lines, sentence)),
  ...framings.flatMap(([name, source, lines, sentence, status]) => both(name, source, lines, sentence, status)),
  ...others,
]
