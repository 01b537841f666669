/**
 * Requests of which two readers could make different things, as they were published, and what comes of them here: what
 * the client is answered, and every message that the origin gets. A case is all that a client sends over one
 * connection; ORIGIN stands for the origin's host and port.
 */
import { get, hidden, next, passes, post, refused, type RequestCase } from './request-case.ts'
import { framings } from './request-framings.ts'

const hiddenLength = 4 + ' /hidden HTTP/1.1\r\nHost: 127.0.0.1:10000\r\n\r\n'.length

/** Behind "Transfer-Encoding: chunked": what is refused, and never becomes a whole message for the origin. */
const badChunks: RequestCase[] = [
  ['0x before a size', 'CVE-2022-24761, waitress', '0x5\r\nhello\r\n0\r\n\r\n'],
  ['a plus before a size', 'CVE-2022-24801, Twisted', '+5\r\nhello\r\n0\r\n\r\n'],
  ['a size that would wrap to nothing', 'CVE-2021-32714, hyper', 'f0000000000000000\r\nhello\r\n0\r\n\r\n'],
  ['a minus before a size', 'CVE-2013-2028, nginx', '-5\r\nhello\r\n0\r\n\r\n'],
  ['an underscore in a size', 'CVE-2022-24801, Twisted', '0_5\r\nhello\r\n0\r\n\r\n'],
  ['a size beyond 2^64', 'CVE-2017-7657, Jetty', '10000000000000005\r\nhello\r\n0\r\n\r\n'],
  ['a size beyond 2^32 that would wrap', 'CVE-2015-3183, Apache', '100000000000000005\r\nhello\r\n0\r\n\r\n'],
  ['white space behind a size', 'CVE-2023-46846, Squid', '5 \r\nhello\r\n0\r\n\r\n'],
  ['a bare LF behind a size', 'CVE-2025-22871, Go', '5\nhello\r\n0\r\n\r\n'],
  ['two CRs behind a size', 'TERM.EXT', '5\r\r\nhello\r\n0\r\n\r\n'],
  ['a CR alone behind a size', 'TERM.EXT', '5\rhello\r\n0\r\n\r\n'],
  ['a bare LF behind the semicolon', 'TERM.EXT; CVE-2025-58056, Netty', `5;\nhello\r\n0\r\n\r\n${hidden}`],
  ['a bare LF that an extension would hide', 'EXT.TERM', `5;a="\n${hidden}"\r\nhello\r\n0\r\n\r\n`],
  ['a bare LF in an extension', 'CVE-2024-52304, aiohttp', '5;a\nxx\r\nhello\r\n0\r\n\r\n'],
  ['a bare LF in the extension of the end', 'CVE-2025-55315, Kestrel', `0;\n\r\n${hidden}\r\n0\r\n\r\n`],
  ['a bare CR in an extension', 'EXT.TERM', '5;a\rx\r\nhello\r\n0\r\n\r\n'],
  ['nothing behind a chunk', 'TERM.SPILL', '5\r\nhello0\r\n\r\n'],
  ['more than its size', 'SPILL.TERM', `5\r\nhello${hidden}0\r\n\r\n`],
  ['a bare CR behind a chunk', 'ONE.TWO', '5\r\nhello\r0\r\n\r\n'],
  ['two LFs behind a chunk', 'TWO.ONE', '5\r\nhello\n\n0\r\n\r\n'],
  ['any two bytes behind a chunk', 'CVE-2025-43859, h11', '5\r\nhelloXX0\r\n\r\n'],
  ['a bare LF behind a chunk', 'RFC 9112 §7.1', '5\r\nhello\n0\r\n\r\n'],
  ['a chunk that is longer than it says', 'RFC 9112 §7.1', '4\r\nhello\r\n0\r\n\r\n'],
  ['a size of nothing', 'RFC 9112 §7.1', '\r\nhello\r\n0\r\n\r\n'],
  ['an end of LFs', 'RFC 9112 §7.1', '5\r\nhello\r\n0\n\n'],
  ['an end of CR and rubbish', 'CVE-2025-23167, Node', '5\r\nhello\r\n0\r\n\rX'],
  ['a length among the trailers', 'RFC 9110 §6.5.1', '5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n'],
  ['a coding among the trailers', 'RFC 9110 §6.5.1', '5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['a Host among the trailers', 'RFC 9110 §6.5.1', '5\r\nhello\r\n0\r\nHost: elsewhere\r\n\r\n'],
  // Passed on, it made llhttp end the connection behind it, over which others' requests come.
  ['Connection among the trailers', 'CVE-2025-12642, lighttpd', '5\r\nhello\r\n0\r\nConnection: close\r\n\r\n'],
  ['an upgrade among the trailers', 'RFC 9110 §7.8', '5\r\nhello\r\n0\r\nUpgrade: h2c\r\n\r\n'],
  ['a trailer without a colon', 'CVE-2023-40175, Puma', '5\r\nhello\r\n0\r\nX\r\n\r\n'],
  ['a request in the place of trailers', 'CVE-2025-53643, aiohttp', `5\r\nhello\r\n0\r\n${hidden}`],
  ['a bare LF in a trailer', 'CVE-2025-53643, aiohttp', '5\r\nhello\r\n0\r\nA: b\nC: d\r\n\r\n'],
].map(([name, source, body]) => ({
  name: `chunks with ${name}`,
  source: String(source),
  wire: `${post}Transfer-Encoding: chunked\r\n\r\n${body}${next}`,
  told: [],
  statuses: [400],
}))

const goodChunks: RequestCase[] = [
  passes(
    'chunks with extensions',
    'RFC 9112 §7.1.1',
    `${post}Transfer-Encoding: chunked\r\n\r\n5;a=b;c="0\\""\r\nhello\r\n0;d\r\n\r\n`,
    'POST /a hello',
  ),
  passes(
    'chunks that look like the end',
    'RFC 9112 §7.1',
    `${post}Transfer-Encoding: chunked\r\n\r\n5\r\n0\r\n\r\n\r\n0\r\n\r\n`,
    'POST /a 0\r\n\r\n',
  ),
  passes(
    'chunks with zeros before their size',
    'RFC 9112 §7.1',
    `${post}Transfer-Encoding: chunked\r\n\r\n0000005\r\nhello\r\n0000\r\n\r\n`,
    'POST /a hello',
  ),
  passes(
    'chunks with a trailer',
    'RFC 9112 §7.1.2',
    `${post}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n`,
    'POST /a hi',
  ),
]

/** Where a request goes, and what it says of it. */
const targets: RequestCase[] = [
  passes(
    'a Host that is not the target',
    'RFC 9112 §3.2.2',
    'GET http://ORIGIN/a HTTP/1.1\r\nHost: elsewhere\r\n\r\n',
    'GET /a ',
  ),
  passes('two Hosts, the second not the target', 'RFC 9112 §3.2', `${get}Host: elsewhere\r\n\r\n`, 'GET /a '),
  passes('a Host that Connection names', 'RFC 9110 §7.6.1', `${get}Connection: Host\r\n\r\n`, 'GET /a '),
  passes(
    'a Host that is a URL',
    'RFC 9112 §3.2',
    'GET http://ORIGIN/a HTTP/1.1\r\nHost: http://elsewhere/\r\n\r\n',
    'GET /a ',
  ),
  passes(
    'an encoded line break in the path',
    'CVE-2023-25690, Apache',
    'GET http://ORIGIN/a%20HTTP/1.1%0d%0aHost:%20x HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
    'GET /a%20HTTP/1.1%0d%0aHost:%20x ',
  ),
  passes(
    'a fragment',
    'CVE-2023-45539, HAProxy',
    'GET http://ORIGIN/a#/hidden HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
    'GET /a ',
  ),
  passes(
    'another authority within the path',
    'request tunnelling',
    'GET http://ORIGIN/http://elsewhere/ HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
    'GET /http://elsewhere/ ',
  ),
  passes(
    'user information that looks like a host',
    'RFC 9110 §4.2.4',
    'GET http://elsewhere:80@ORIGIN/a HTTP/1.1\r\nHost: ORIGIN\r\n\r\n',
    'GET /a ',
  ),
  refused('a path where a URL is due', 'RFC 9112 §3.2.2', hidden + next),
  refused(
    'a space in the target',
    'CVE-2016-8743, Apache',
    `GET http://ORIGIN/a b HTTP/1.1\r\nHost: ORIGIN\r\n\r\n${next}`,
  ),
  refused(
    'a second request line in the target',
    'request tunnelling',
    `GET http://ORIGIN/a HTTP/1.1 GET /hidden HTTP/1.1\r\nHost: ORIGIN\r\n\r\n${next}`,
  ),
  refused(
    'a bare CR in the target',
    'CVE-2016-8743, Apache',
    `GET http://ORIGIN/a\rb HTTP/1.1\r\nHost: ORIGIN\r\n\r\n${next}`,
  ),
  refused(
    'two spaces in the request line',
    'CVE-2016-8743, Apache',
    `GET  http://ORIGIN/a HTTP/1.1\r\nHost: ORIGIN\r\n\r\n${next}`,
  ),
  refused('HTTP/0.9', 'CVE-2017-7656, Jetty', `GET http://ORIGIN/a\r\n\r\n${next}`),
  refused(
    'HTTP/0.9 by its number',
    'CVE-2017-7656, Jetty',
    `GET http://ORIGIN/a HTTP/0.9\r\nHost: ORIGIN\r\n\r\n${next}`,
  ),
  refused('HTTP/2 by its number', 'RFC 9112 §2.3', `GET http://ORIGIN/a HTTP/2.0\r\nHost: ORIGIN\r\n\r\n${next}`, 505),
  refused(
    'a body of CONNECT',
    'RFC 9110 §9.3.6',
    `CONNECT ORIGIN HTTP/1.1\r\nHost: ORIGIN\r\nContent-Length: ${hiddenLength}\r\n\r\n${hidden}`,
  ),
]

const connections: RequestCase[] = [
  passes(
    'an upgrade nobody answers with 101',
    'request tunnelling',
    `${get}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    'GET /a ',
  ),
  passes(
    'h2c',
    'request tunnelling (h2c)',
    `${get}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n`,
    'GET /a ',
  ),
  passes(
    'an upgrade with a body',
    'request tunnelling',
    `${post}Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nhello`,
    'POST /a hello',
  ),
  passes(
    'HTTP/1.0 that is kept',
    'RFC 9112 §9.3',
    'POST http://ORIGIN/a HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello',
    'POST /a hello',
  ),
  {
    name: 'HTTP/1.0 that is not kept',
    source: 'RFC 9112 §9.3',
    wire: `GET http://ORIGIN/a HTTP/1.0\r\n\r\n${next}`,
    told: ['GET /a '],
    statuses: [200],
  },
  {
    name: 'close, and more behind it',
    source: 'RFC 9112 §9.6',
    wire: `${get}Connection: close\r\n\r\n${next}`,
    told: ['GET /a '],
    statuses: [200],
  },
  {
    name: 'Expect with its body at once',
    source: 'RFC 9110 §10.1.1',
    wire: `${post}Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello${next}`,
    told: ['POST /a hello', 'GET /next '],
    statuses: [100, 200, 200],
  },
  refused(
    'a folded Expect',
    'CVE-2025-32094, Akamai',
    `OPTIONS http://ORIGIN/a HTTP/1.1\r\nHost: ORIGIN\r\nExpect:\r\n 100-continue\r\nContent-Length: 1\r\n\r\nx${next}`,
  ),
  {
    name: 'Expect twice',
    source: '0.CL; RFC 9110 §10.1.1',
    wire: `${post}Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello${next}`,
    told: ['POST /a hello', 'GET /next '],
    statuses: [100, 200, 200],
  },
  passes(
    'chunks of OPTIONS',
    'TE.0',
    `OPTIONS http://ORIGIN/a HTTP/1.1\r\nHost: ORIGIN\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    'OPTIONS /a hello',
  ),
  passes(
    'an expectation nobody knows',
    'RFC 9110 §10.1.1',
    `${post}Expect: 100-continuex\r\nContent-Length: 5\r\n\r\nhello`,
    'POST /a hello',
  ),
  {
    name: 'Expect without a body',
    source: 'RFC 9110 §10.1.1',
    wire: `${get}Expect: y 100-continue\r\n\r\n${next}`,
    told: ['GET /a ', 'GET /next '],
    statuses: [100, 200, 200],
  },
  passes('empty lines between requests', 'RFC 9112 §2.2', `${get}\r\n\r\n\r\n`, 'GET /a '),
  refused('an LF before a request', 'RFC 9112 §2.2', `\n${get}\r\n${next}`),
  refused(
    'white space before the first field',
    'CVE-2024-27982, Node',
    `GET http://ORIGIN/a HTTP/1.1\r\n Host: ORIGIN\r\n\r\n${next}`,
  ),
]

export const requestCases: readonly RequestCase[] = [
  ...framings,
  ...badChunks,
  ...goodChunks,
  ...targets,
  ...connections,
]
