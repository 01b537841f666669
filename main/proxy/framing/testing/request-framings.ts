import { get, hidden, next, passes, post, refused, type RequestCase } from './request-case.ts'

const chunkedNext = `0\r\n\r\n${next}`

/** Length and coding, in all disguises. */
const codings: RequestCase[] = [
  refused(
    'a length, then chunks',
    'CL.TE, RFC 9112 §6.1',
    `${post}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG`,
  ),
  refused(
    'chunks, then a length',
    'TE.CL, RFC 9112 §6.1',
    `${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n${next}`,
  ),
  refused(
    'a length of zero and chunks',
    'TE.0',
    `${post}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedNext}`,
  ),
  ...[
    ['a coding that is almost chunked', 'TE.TE', 'Transfer-Encoding: xchunked'],
    ['two codings, the second unknown', 'TE.TE', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: x'],
    [
      'two codings, the first unknown',
      'TE.TE; CVE-2021-21299, hyper',
      'Transfer-Encoding: x\r\nTransfer-Encoding: chunked',
    ],
    ['identity behind chunked', 'CVE-2022-32213, Node', 'Transfer-Encoding: chunked, identity'],
    ['chunked twice in one word', 'CVE-2022-32213, Node', 'Transfer-Encoding: chunkedchunked'],
    ['identity', 'CVE-2022-24801, Twisted; CVE-2022-1705, Go', 'Transfer-Encoding: identity'],
    ['a parameter of chunked', 'TE.TE', 'Transfer-Encoding: chunked;q=1'],
    ['a coding that is not implemented', 'CVE-2024-1135, gunicorn', 'Transfer-Encoding: chunked, gzip'],
    ['chunked in quotes', 'TE.TE', 'Transfer-Encoding: "chunked"'],
    ['no coding at all', 'TE.TE', 'Transfer-Encoding:'],
    ['a next line (NEL) behind chunked', 'TE.TE', 'Transfer-Encoding: chunked\x85'],
    ['a long s in latin1 of UTF-8', 'TE.TE', 'Tran\xc5\xbffer-Encoding: chunked'],
    ['gzip before chunked', 'RFC 9112 §6.1', 'Transfer-Encoding: gzip, chunked'],
    ['chunked twice', 'RFC 9112 §7.1', 'Transfer-Encoding: chunked, chunked'],
    ['an empty member before chunked', 'CVE-2022-32213, Node', 'Transfer-Encoding: , chunked'],
    ['a vertical tab before chunked', 'CVE-2019-16789, waitress', 'Transfer-Encoding: \x0bchunked'],
    ['a tab before chunked', 'TE.TE', 'Transfer-Encoding:\tchunked'],
    ['a tab behind chunked', 'TE.TE', 'Transfer-Encoding: chunked\t'],
    ['white space before the colon', 'CVE-2019-16276, Go', 'Transfer-Encoding : chunked'],
    ['a name in a folded line', 'CVE-2022-32215, Node', 'Transfer-Encoding: chunked\r\n , identity'],
    ['a folded value', 'RFC 9112 §5.2', 'Transfer-Encoding:\r\n chunked'],
    ['a coding in the fold of another field', 'RFC 9112 §5.2', 'A: b\r\n Transfer-Encoding: chunked'],
    ['a coding behind a bare LF', 'CVE-2022-32214, Node', 'A: b\nTransfer-Encoding: chunked'],
    ['a coding behind a bare CR', 'CVE-2023-30589, Node', 'A: b\rTransfer-Encoding: chunked'],
    ['a coding behind NUL', 'RFC 9110 §5.5', 'A: b\0Transfer-Encoding: chunked'],
    ['a field without a colon before it', 'CVE-2019-20444, Netty', 'Transfer-Encoding\r\nA: chunked'],
    ['an empty name before it', 'CVE-2023-25725, HAProxy', ': x\r\nTransfer-Encoding: chunked'],
  ].map(([name, source, lines]) => refused(String(name), String(source), `${post}${lines}\r\n\r\n${chunkedNext}`)),
  refused(
    'chunks in HTTP/1.0',
    'RFC 9112 §6.1',
    `POST http://ORIGIN/a HTTP/1.0\r\nHost: ORIGIN\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedNext}`,
  ),
  passes(
    'chunks in another case',
    'RFC 9112 §7',
    `${post}tRANSFER-eNCODING: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    'POST /a hello',
  ),
  passes(
    'a coding that Connection names',
    'RFC 9110 §7.6.1',
    `${post}Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    'POST /a hi',
  ),
  passes(
    'an underscore for the hyphen',
    'CVE-2024-6827, gunicorn',
    `${post}Transfer_Encoding: chunked\r\nContent-Length: 2\r\n\r\nhi`,
    'POST /a hi',
  ),
]

const lengths: RequestCase[] = [
  ...[
    ['two that differ', 'CVE-2017-7658, Jetty', 'Content-Length: 0\r\nContent-Length: 5'],
    ['two that agree', 'RFC 9112 §6.3', 'Content-Length: 5\r\nContent-Length: 5'],
    ['a list that agrees', 'RFC 9110 §8.6', 'Content-Length: 5, 5'],
    ['a list that differs', 'RFC 9112 §6.3', 'Content-Length: 5, 0'],
    ['a plus', 'CVE-2023-40167, Jetty; CVE-2021-32715, hyper', 'Content-Length: +5'],
    ['a minus', 'CVE-2023-47627, aiohttp', 'Content-Length: -5'],
    ['a minus before zero', 'RFC 9110 §8.6', 'Content-Length: -0'],
    ['an underscore', 'CVE-2023-47627, aiohttp', 'Content-Length: 5_0'],
    ['hexadecimal', 'RFC 9110 §8.6', 'Content-Length: 0x5'],
    ['nothing', 'CVE-2023-40225, HAProxy', 'Content-Length:'],
    ['nothing, and then one', 'CVE-2023-40225, HAProxy', 'Content-Length:\r\nContent-Length: 5'],
    ['white space within', 'CVE-2018-7159, Node', 'Content-Length: 1 5'],
    ['an exponent', 'CVE-2022-42252, Tomcat', 'Content-Length: 5e0'],
    ['a full stop', 'RFC 9110 §8.6', 'Content-Length: 5.'],
    ['beyond 2^64', 'CVE-2017-7657, Jetty', 'Content-Length: 18446744073709551621'],
    ['a superscript digit', 'RFC 9110 §8.6', 'Content-Length: \xb25'],
    ['NUL behind it', 'CVE-2023-47627, aiohttp', 'Content-Length: 5\0'],
    [
      'white space before the colon',
      'CVE-2019-18678, Squid; CVE-2021-22959, llhttp; CVE-2021-39214, mitmproxy',
      'Content-Length : 5',
    ],
    ['white space before its name', 'CVE-2024-27982, Node', ' Content-Length: 5'],
    ['in the fold of another field', 'RFC 9112 §5.2', 'A: b\r\n Content-Length: 5'],
    ['behind a bare LF', 'CVE-2019-16785, waitress', 'A: b\nContent-Length: 5'],
    ['a value on the line below', '0.CL', 'Content-Length:\r\n 5'],
    ['a bare CR before its name', '0.CL', '\rContent-Length: 5'],
  ].map(([name, source, lines]) => refused(`a length: ${name}`, String(source), `${post}${lines}\r\n\r\nhello${next}`)),
  refused(
    'a length in a head that is ended by CR and rubbish',
    'CVE-2025-23167, Node',
    `${post}Content-Length: 5\r\n\rXhello${next}`,
  ),
  // A name of 270 bytes once overflowed one byte of length, and became "Content-Length".
  passes(
    'a long name that begins like a length',
    'CVE-2021-40346, HAProxy',
    `${post}Content-Length0${'a'.repeat(255)}:\r\nContent-Length: 5\r\n\r\nhello`,
    'POST /a hello',
  ),
  passes('leading zeros', 'RFC 9110 §8.6', `${post}Content-Length: 0005\r\n\r\nhello`, 'POST /a hello'),
  passes(
    'a length that Connection names',
    'RFC 9110 §7.6.1',
    `${post}Connection: close-not, Content-Length\r\nContent-Length: 5\r\n\r\nhello`,
    'POST /a hello',
  ),
  passes('a body of GET', 'CL.0', `${get}Content-Length: 5\r\n\r\nhello`, 'GET /a hello'),
  passes(
    'a request as a body',
    'CL.0; CVE-2022-24766, mitmproxy',
    `${post}Content-Length: ${'GET /hidden HTTP/1.1\r\n\r\n'.length}\r\n\r\nGET /hidden HTTP/1.1\r\n\r\n`,
    'POST /a GET /hidden HTTP/1.1\r\n\r\n',
  ),
  {
    name: 'no length, and a request behind',
    source: 'CL.0',
    wire: `${post}\r\n${hidden}`,
    told: ['POST /a '],
    statuses: [200, 400],
  },
  {
    name: 'more than its length',
    source: 'CL.0',
    wire: `${post}Content-Length: 1\r\n\r\nxGET\r\n\r\n`,
    told: ['POST /a x'],
    statuses: [200, 400],
  },
]

/** By which two readers could find different ends of a message (RFC 9112 §6). */
export const framings: readonly RequestCase[] = [...codings, ...lengths]
