/**
 * Answers of a hostile origin of which two readers could make different things, and what its client gets instead. A case
 * is all that the origin sends behind one request, and then it ends the connection if it `closes`.
 */
export type ResponseCase = {
  name: string
  source: string
  wire: string
  method?: string
  closes?: boolean
  /**
   * What the client reads as complete, "STATUS content" each. `refused`: nothing that could be taken for an answer of
   * the origin: a 502 of ours, or a cut where the head has gone out.
   */
  gets: string[] | 'refused'
}

const ok = 'HTTP/1.1 200 OK\r\n'
const evil = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'

const refused = (name: string, source: string, wire: string): ResponseCase => ({ name, source, wire, gets: 'refused' })

const fields: ResponseCase[] = [
  ['a length, then chunks', 'CL.TE', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
  ['chunks, then a length', 'TE.CL', 'Transfer-Encoding: chunked\r\nContent-Length: 5'],
  ['two lengths that differ', 'RFC 9112 §6.3', 'Content-Length: 5\r\nContent-Length: 0'],
  ['two lengths that agree', 'RFC 9112 §6.3', 'Content-Length: 5\r\nContent-Length: 5'],
  ['a list of lengths', 'RFC 9110 §8.6', 'Content-Length: 5, 5'],
  ['a length with a plus', 'RFC 9110 §8.6', 'Content-Length: +5'],
  ['a length in hexadecimal', 'RFC 9110 §8.6', 'Content-Length: 0x5'],
  ['an empty length', 'CVE-2023-40225, HAProxy', 'Content-Length:'],
  ['an immense length', 'RFC 9110 §8.6', 'Content-Length: 18446744073709551621'],
  ['a coding that is almost chunked', 'TE.TE', 'Transfer-Encoding: xchunked'],
  ['identity', 'TE.TE', 'Transfer-Encoding: identity'],
  ['two codings', 'TE.TE', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity'],
  ['a vertical tab before chunked', 'CVE-2019-16789, waitress', 'Transfer-Encoding: \x0bchunked'],
  ['a length in a fold', 'RFC 9112 §5.2', 'A: b\r\n Content-Length: 5'],
  ['a folded coding', 'CVE-2022-32215, Node', 'Transfer-Encoding: chunked\r\n , identity'],
  ['white space before the colon', 'RFC 9112 §5.1', 'Content-Length : 5'],
  ['a length behind a bare LF', 'RFC 9112 §2.2', 'A: b\nContent-Length: 5'],
  ['a length behind a bare CR', 'CVE-2023-30589, llhttp', 'A: b\rContent-Length: 5'],
  ['NUL in a value', 'RFC 9110 §5.5', 'A: b\0\r\nContent-Length: 5'],
  ['an empty name', 'CVE-2023-25725, HAProxy', ': b\r\nContent-Length: 5'],
  ['no colon', 'RFC 9112 §5', 'A\r\nContent-Length: 5'],
].map(([name = '', source = '', lines]) => refused(name, source, `${ok}${lines}\r\n\r\nhello`))

const chunks: ResponseCase[] = [
  ['a size with 0x', 'RFC 9112 §7.1', '0x5\r\nhello\r\n0\r\n\r\n'],
  ['a size beyond 2^64', 'RFC 9112 §7.1', '10000000000000005\r\nhello\r\n0\r\n\r\n'],
  ['a bare LF behind a size', 'CVE-2025-22871, Go', '5\nhello\r\n0\r\n\r\n'],
  ['a bare LF in an extension', 'CVE-2025-55315, Kestrel', '5;\nx\r\nhello\r\n0\r\n\r\n'],
  ['any two bytes behind a chunk', 'CVE-2025-43859, h11', '5\r\nhelloXX0\r\n\r\n'],
  ['a length among the trailers', 'RFC 9110 §6.5.1', '5\r\nhello\r\n0\r\nContent-Length: 0\r\n\r\n'],
  ['a head among the trailers', 'response splitting', `5\r\nhello\r\n0\r\n${evil}`],
  ['a bare LF in a trailer', 'RFC 9112 §2.2', '5\r\nhello\r\n0\r\nA: b\nC: d\r\n\r\n'],
].map(([name = '', source = '', body]) =>
  refused(`chunks with ${name}`, source, `${ok}Transfer-Encoding: chunked\r\n\r\n${body}`),
)

const heads: ResponseCase[] = [
  refused('LF for CRLF', 'RFC 9112 §2.2', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'),
  refused('an end of CR and rubbish', 'CVE-2025-23167, llhttp', `${ok}Content-Length: 5\r\n\rXhello`),
  refused('chunks in HTTP/1.0', 'RFC 9112 §6.1', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
  refused('HTTP/0.9', 'RFC 9112 §2.3', 'hello, this is a body without a head\r\n\r\n'),
  refused('another version', 'RFC 9112 §2.3', 'HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nhello'),
  refused('a status of four digits', 'RFC 9112 §4', 'HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n\r\nhello'),
  refused('white space before the first field', 'RFC 9112 §2.2', `${ok} Content-Length: 5\r\n\r\nhello`),
  refused('the rest of another body first', 'response queue poisoning', `tail of a body\r\n\r\n${evil}`),
  refused(
    '101 that nobody has asked for',
    'request tunnelling',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nhello',
  ),
]

const bodies: ResponseCase[] = [
  {
    name: 'a second answer behind the first',
    source: 'response splitting',
    wire: `${ok}Content-Length: 5\r\n\r\nhello${evil}`,
    gets: ['200 hello'],
  },
  {
    name: 'a second answer behind no body',
    source: 'CWE-113',
    wire: `${ok}Set-Cookie: a\r\nContent-Length: 0\r\n\r\n${evil}`,
    gets: ['200 '],
  },
  {
    name: 'a second answer behind chunks',
    source: 'response splitting',
    wire: `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${evil}`,
    gets: ['200 '],
  },
  {
    name: 'a body behind 204',
    source: 'RFC 9112 §6.3',
    wire: `HTTP/1.1 204 No Content\r\nContent-Length: ${evil.length}\r\n\r\n${evil}`,
    gets: ['204 '],
  },
  {
    name: 'chunks behind 204',
    source: 'RFC 9112 §6.1',
    wire: `HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n`,
    gets: ['204 '],
  },
  {
    name: 'a body behind 304',
    source: 'RFC 9112 §6.3',
    wire: `HTTP/1.1 304 Not Modified\r\nContent-Length: ${evil.length}\r\n\r\n${evil}`,
    gets: ['304 '],
  },
  {
    name: 'a body for HEAD',
    source: 'RFC 9112 §6.3',
    method: 'HEAD',
    wire: `${ok}Content-Length: ${evil.length}\r\n\r\n${evil}`,
    gets: ['200 '],
  },
  {
    name: 'chunks for HEAD',
    source: 'RFC 9112 §6.3',
    method: 'HEAD',
    wire: `${ok}Transfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n`,
    gets: ['200 '],
  },
  {
    name: 'a head as a body',
    source: 'CVE-2022-24766, mitmproxy',
    wire: `${ok}Content-Length: ${evil.length}\r\n\r\n${evil}`,
    gets: [`200 ${evil}`],
  },
  {
    name: 'a head as a body that ends with the connection',
    source: 'RFC 9112 §6.3',
    wire: `${ok}\r\n${evil}`,
    closes: true,
    gets: [`200 ${evil}`],
  },
  {
    name: 'a length that Connection names',
    source: 'RFC 9110 §7.6.1',
    wire: `${ok}Connection: content-length\r\nContent-Length: 5\r\n\r\nhello`,
    gets: ['200 hello'],
  },
  {
    name: 'less than its length',
    source: 'RFC 9112 §8',
    wire: `${ok}Content-Length: 9\r\n\r\nhello`,
    closes: true,
    gets: 'refused',
  },
  {
    name: 'chunks without an end',
    source: 'RFC 9112 §8',
    wire: `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`,
    closes: true,
    gets: 'refused',
  },
  {
    name: 'a size line without an end',
    source: 'RFC 9112 §8',
    wire: `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0`,
    closes: true,
    gets: 'refused',
  },
  {
    name: 'a length in an interim head',
    source: 'RFC 9110 §8.6',
    wire: `HTTP/1.1 103 Early Hints\r\nContent-Length: ${evil.length}\r\n\r\n${evil}`,
    gets: ['103 ', '200 evil'],
  },
  {
    name: 'chunks in an interim head',
    source: 'RFC 9112 §6.1',
    wire: `HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n${evil}`,
    gets: ['100 ', '200 evil'],
  },
  {
    name: 'an interim head that closes the connection',
    source: 'RFC 9110 §15.2',
    wire: `HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\n${evil}`,
    gets: ['103 ', '200 evil'],
  },
  {
    // It went on as it came, and to llhttp an HTTP/1.0 message without keep-alive ends the connection: the answer behind
    // it was an error to the client.
    name: 'an interim head of HTTP/1.0',
    source: 'RFC 9110 §6.2, §15.2',
    wire: `HTTP/1.0 103 Early Hints\r\nA: b\r\n\r\n${evil}`,
    gets: ['103 ', '200 evil'],
  },
  refused(
    'a length and chunks in an interim head',
    'CL.TE',
    `HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${evil}`,
  ),
  {
    name: 'chunks with extensions and trailers',
    source: 'RFC 9112 §7.1',
    wire: `${ok}Transfer-Encoding: Chunked\r\n\r\n005;a="0;";b\r\nhello\r\n0;c\r\nA: b\r\n\r\n`,
    gets: ['200 hello'],
  },
]

export const responseCases: readonly ResponseCase[] = [...fields, ...chunks, ...heads, ...bodies]
