import { cut, refused, valid, type Expected, type MessageCase } from './message-case.ts'

/** Chunked bodies (RFC 9112 §7.1) that are refused. */
const bodies: [name: string, source: string, body: string, sentence: RegExp, status?: number][] = [
  ['no size', 'RFC 9112 §7.1', '\r\n', /a chunk size begins with "\\x0d"/],
  ['an extension without a size', 'RFC 9112 §7.1', ';a\r\nx\r\n', /a chunk size begins with ";"/],
  ['a negative size', 'CVE-2013-2028, nginx', '-1\r\nx\r\n0\r\n\r\n', /a chunk size begins with "-"/],
  ['a signed size', 'RFC 9112 §7.1', '+1\r\nx\r\n0\r\n\r\n', /a chunk size begins with "\+"/],
  ['white space before a size', 'RFC 9112 §7.1', ' 1\r\nx\r\n0\r\n\r\n', /a chunk size begins with " "/],
  ['white space behind a size', 'RFC 9112 §7.1.1 (BWS)', '1 \r\nx\r\n0\r\n\r\n', /a chunk size is followed by " "/],
  ['a tab behind a size', 'RFC 9112 §7.1', '1\t\r\nx\r\n0\r\n\r\n', /a chunk size is followed by "\\x09"/],
  ['0x', 'TE.TE, Go issue 17355', '0x1\r\nx\r\n0\r\n\r\n', /a chunk size is followed by "x"/],
  ['a size with an underscore', 'RFC 9112 §7.1', '1_0\r\nx\r\n0\r\n\r\n', /a chunk size is followed by "_"/],
  ['a size in letters behind f', 'RFC 9112 §7.1', 'g\r\nx\r\n0\r\n\r\n', /a chunk size begins with "g"/],
  ['a size over 2^53', 'RFC 9112 §7.1', '20000000000000\r\nx', /a chunk size is too large/],
  ['a size over 2^64', 'CVE-2002-0392, Apache', '10000000000000001\r\nx\r\n0\r\n\r\n', /a chunk size is too large/],
  ['17 digits that are zeros', 'RFC 9112 §7.1', '00000000000000001\r\nx\r\n0\r\n\r\n', /a chunk size is too large/],
  ['a bare LF behind a size', 'CVE-2025-22871, Go', '1\nx\r\n0\r\n\r\n', /a chunk size is followed by "\\x0a"/],
  ['a bare CR behind a size', 'RFC 9112 §2.2', '1\rx\r\n0\r\n\r\n', /a chunk-size line does not end with CRLF/],
  ['a NUL behind a size', 'RFC 9112 §7.1', '1\0\r\nx\r\n0\r\n\r\n', /a chunk size is followed by "\\x00"/],
  ['a chunk longer than its size', 'RFC 9112 §7.1', '1\r\nxy\r\n0\r\n\r\n', /a chunk is longer than its size/],
  ['a chunk with LF for CRLF', 'RFC 9112 §7.1', '1\r\nx\n0\r\n\r\n', /a chunk is longer than its size/],
  ['a chunk with CR for CRLF', 'RFC 9112 §7.1', '1\r\nx\r0\r\n\r\n', /a chunk does not end with CRLF/],
  ['no CRLF behind a chunk', 'RFC 9112 §7.1', '1\r\nx0\r\n\r\n', /a chunk is longer than its size/],
  ['any two bytes behind a chunk', 'CVE-2022-35256', '1\r\nxYZ0\r\n\r\n', /a chunk is longer than its size/],
  ['an extension without a name', 'RFC 9112 §7.1.1', '1;\r\nx\r\n0\r\n\r\n', /bad chunk extension at "\\x0d"/],
  ['two semicolons', 'RFC 9112 §7.1.1', '1;;a\r\nx\r\n0\r\n\r\n', /bad chunk extension at ";"/],
  ['an extension without a value', 'RFC 9112 §7.1.1', '1;a=\r\nx\r\n0\r\n\r\n', /bad chunk extension at "\\x0d"/],
  ['white space before an extension', 'RFC 9112 §7.1.1 (BWS)', '1; a\r\nx\r\n0\r\n\r\n', /bad chunk extension at " "/],
  ['white space in an extension', 'RFC 9112 §7.1.1', '1;a b\r\nx\r\n0\r\n\r\n', /bad chunk extension at " "/],
  ['white space behind =', 'RFC 9112 §7.1.1 (BWS)', '1;a= b\r\nx\r\n0\r\n\r\n', /bad chunk extension at " "/],
  ['a bare LF in an extension', 'TERM.EXT, CVE-2025-55315', '1;a\nx\r\n0\r\n\r\n', /bad chunk extension at "\\x0a"/],
  ['a bare CR in an extension', 'EXT.TERM', '1;a\rb\r\nx\r\n0\r\n\r\n', /a chunk-size line does not end with CRLF/],
  ['an unended quoted string', 'RFC 9110 §5.6.4', '1;a="b\r\nx\r\n0\r\n\r\n', /bad chunk extension at "\\x0d"/],
  [
    'an escaped CR in a quoted string',
    'RFC 9110 §5.6.4',
    '1;a="\\\r\n"\r\nx\r\n0\r\n\r\n',
    /bad chunk extension at "\\x0d"/,
  ],
  ['a NUL in a quoted string', 'RFC 9110 §5.6.4', '1;a="\0"\r\nx\r\n0\r\n\r\n', /bad chunk extension at "\\x00"/],
  ['text behind a quoted string', 'RFC 9112 §7.1.1', '1;a="b"c\r\nx\r\n0\r\n\r\n', /bad chunk extension at "c"/],
  ['a quote within a token', 'RFC 9112 §7.1.1', '1;a=b"c"\r\nx\r\n0\r\n\r\n', /bad chunk extension at "\\""/],
  ['a control in an extension', 'RFC 9112 §7.1.1', '1;a\x01\r\nx\r\n0\r\n\r\n', /bad chunk extension at "\\x01"/],
  [
    'Content-Length as a trailer',
    'RFC 9110 §6.5.1',
    '0\r\nContent-Length: 5\r\n\r\n',
    /"content-length" among the trailers/,
  ],
  [
    'Transfer-Encoding as a trailer',
    'RFC 9110 §6.5.1',
    '0\r\na: b\r\nTRANSFER-encoding: chunked\r\n\r\n',
    /"transfer-encoding" among/,
  ],
  ['Connection as a trailer', 'RFC 9110 §7.6.1', '0\r\nconnection: close\r\n\r\n', /"connection" among the trailers/],
  ['Proxy-Connection as a trailer', 'RFC 9110 §7.6.1', '0\r\nProxy-Connection: close\r\n\r\n', /among the trailers/],
  ['Upgrade as a trailer', 'RFC 9110 §7.8', '0\r\nUpgrade: x\r\n\r\n', /"upgrade" among the trailers/],
  ['Host as a trailer', 'RFC 9110 §6.5.1', '0\r\nhost: b\r\n\r\n', /"host" among the trailers/],
  ['a trailer without a colon', 'RFC 9112 §7.1.2', '0\r\na\r\n\r\n', /field 1, "a": no colon/],
  ['a trailer without a name', 'RFC 9112 §7.1.2', '0\r\n: a\r\n\r\n', /the name is empty/],
  ['white space before the colon of a trailer', 'RFC 9112 §5.1', '0\r\na : b\r\n\r\n', /white space before the colon/],
  ['white space before a trailer', 'RFC 9112 §5.2', '0\r\n a: b\r\n\r\n', /white space before the first field/],
  ['line folding in trailers', 'RFC 9112 §5.2', '0\r\na: b\r\n c\r\n\r\n', /line folding/],
  ['a bare LF in trailers', 'RFC 9112 §2.2', '0\r\na: b\nc: d\r\n\r\n', /"\\x0a" may not stand in a trailer line/],
  ['a bare CR in trailers', 'RFC 9112 §2.2', '0\r\na: b\rc: d\r\n\r\n', /a trailer line does not end with CRLF/],
  ['a NUL in trailers', 'RFC 9110 §5.5', '0\r\na: \0\r\n\r\n', /"\\x00" may not stand in a trailer line/],
  ['a DEL in trailers', 'RFC 9110 §5.5', '0\r\na: \x7f\r\n\r\n', /"\\x7f" may not stand in a trailer line/],
  ['an LF for the end', 'RFC 9112 §7.1', '0\r\n\n', /"\\x0a" may not stand in a trailer line/],
  ['an LF before a trailer', 'RFC 9112 §7.1', '0\r\n\na: b\r\n\r\n', /"\\x0a" may not stand in a trailer line/],
  ['a CR for the end', 'RFC 9112 §7.1', '0\r\n\rGET / HTTP/1.1\r\n\r\n', /the body does not end with CRLF/],
  [
    'the next request at once',
    'CL.0',
    '0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    /field 1, "GET \/ HTTP\/1.1": no colon/,
  ],
]

const chunkedPost = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n'
const chunkedOk = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const empty: Expected = { line: ['POST', '/', '1.1'] }

const limits: MessageCase[] = [
  refused(
    'request',
    'extensions over the limit',
    'CVE-2024-22019, Node',
    `${chunkedPost}1;abc\r\nx\r\n0\r\n\r\n`,
    /extensions of more than 3 bytes/,
    {
      limits: { extensions: 3 },
    },
  ),
  valid(
    'request',
    'extensions up to the limit in every chunk',
    '',
    `${chunkedPost}1;ab\r\nx\r\n1;ab\r\ny\r\n0\r\n\r\n`,
    {
      limits: { extensions: 3 },
      messages: [{ ...empty, body: 'xy' }],
    },
  ),
  valid('request', 'extensions up to the limit', 'CVE-2024-22019, Node', `${chunkedPost}0;ab\r\n\r\n`, {
    limits: { extensions: 3 },
    messages: [empty],
  }),
  refused(
    'response',
    'trailers over the limit',
    'RFC 6585 §5',
    `${chunkedOk}0\r\nabcd: ${'x'.repeat(60)}\r\n\r\n`,
    /trailers of more than 64 bytes/,
    {
      status: 431,
      limits: { head: 64 },
    },
  ),
  refused(
    'response',
    'more trailers than the limit',
    'RFC 6585 §5',
    `${chunkedOk}0\r\na:\r\nb:\r\nc:\r\n\r\n`,
    /more than 2 fields/,
    {
      status: 431,
      limits: { fields: 2 },
    },
  ),
]

/** The hidden request of smuggling stays outside: it is refused, or read as what it is. */
const hidden = 'GET /admin HTTP/1.1\r\n\r\n'
const smuggling: MessageCase[] = [
  refused(
    'request',
    'CL.TE',
    'CL.TE',
    `POST / HTTP/1.1\r\nContent-Length: 28\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    /both Tr/,
  ),
  refused(
    'request',
    'TE.CL',
    'TE.CL',
    `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n17\r\n${hidden}\r\n0\r\n\r\n`,
    /both Tr/,
  ),
  refused(
    'request',
    'TE.TE',
    'TE.TE',
    `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-encoding: x\r\n\r\n0\r\n\r\n${hidden}`,
    /is not "chunked"/,
  ),
  refused(
    'request',
    'TE.0',
    'TE.0',
    `POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    /HTTP\/1.0/,
  ),
  valid('request', 'CL.0: the body stays a body', 'CL.0', `POST / HTTP/1.1\r\nContent-Length: 23\r\n\r\n${hidden}`, {
    messages: [{ ...empty, body: hidden }],
  }),
  valid('request', 'a body of GET stays a body', 'CL.0', `GET / HTTP/1.1\r\nContent-Length: 23\r\n\r\n${hidden}`, {
    messages: [{ line: ['GET', '/', '1.1'], body: hidden }],
  }),
  valid('request', 'a request without framing has no body', 'RFC 9112 §6.3', `POST / HTTP/1.1\r\n\r\n${hidden}`, {
    messages: [empty, { line: ['GET', '/admin', '1.1'] }],
  }),
  refused(
    'response',
    'response splitting',
    'CWE-113',
    `HTTP/1.1 200 OK\r\nX: a\r\nContent-Length: 0\r\n\r\n<html>\r\n\r\n`,
    /status line/,
    {
      messages: [{ line: ['1.1', '200', 'OK'] }],
    },
  ),
  refused(
    'response',
    'a body behind 204',
    'RFC 9112 §6.3',
    'HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\nhi\r\n\r\n',
    /status line/,
    {
      messages: [{ line: ['1.1', '204', 'No'] }],
    },
  ),
  refused(
    'request',
    'more body than its length',
    'CL.0',
    `POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nxGET\r\n\r\n`,
    /request line "GET"/,
    {
      messages: [{ ...empty, body: 'x' }],
    },
  ),
]

const cuts: MessageCase[] = [
  cut('request', 'a head that stops', 'RFC 9112 §8', 'GET / HTTP/1.1\r\nHost: a\r\n', {}),
  cut('request', 'a body that is too short', 'RFC 9112 §8', 'POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhell', {}),
  cut('response', 'a body that is too short', 'RFC 9112 §8', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell', {}),
  cut('response', 'chunks without an end', 'RFC 9112 §8', `${chunkedOk}4\r\nhell\r\n`, {}),
  cut('response', 'a chunk that stops', 'RFC 9112 §8', `${chunkedOk}ffff\r\nhell`, {}),
  cut('response', 'a last chunk that stops', 'RFC 9112 §8', `${chunkedOk}4\r\nhell\r\n0\r\n`, {}),
  cut('response', 'trailers that stop', 'RFC 9112 §8', `${chunkedOk}0\r\nX: a\r\n`, {}),
  cut('response', 'the largest chunk', 'RFC 9112 §7.1', `${chunkedOk}1fffffffffffff\r\nx`, {}),
  cut(
    'response',
    'the largest Content-Length',
    'RFC 9110 §8.6',
    'HTTP/1.1 200 OK\r\nContent-Length: 9007199254740991\r\n\r\nx',
    {},
  ),
]

export const hostileBodies: MessageCase[] = [
  ...bodies.flatMap(([name, source, body, sentence, status = 400]) => [
    refused('request', name, source, chunkedPost + body, sentence, { status }),
    refused('response', name, source, chunkedOk + body, sentence, { status }),
  ]),
  ...limits,
  ...smuggling,
  ...cuts,
]
