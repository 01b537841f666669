/**
 * A second opinion on where messages begin and end: HTTP/1 read from a whole text, by the letter of RFC 9112 and with
 * nothing of the codec in it. It is slow, keeps everything, and refuses whatever it has not been told to take.
 */
export type ReadMessage = {
  /** Start line, without CRLF. */
  line: string
  fields: [lowerName: string, value: string][]
  /** Content, with its transfer coding removed. */
  body: string
  /** Bytes of the whole message. */
  length: number
}

/** `end`: nothing is left, a message has begun, or a sentence about what is left. */
export type Read = { messages: ReadMessage[]; end: 'clean' | 'unfinished' | { fault: string } }

export type ReadOptions = {
  side: 'request' | 'response'
  /** Of the requests that responses answer, in order; GET where it ends. */
  methods?: readonly string[]
  /** The connection has ended, which ends a response without framing. */
  ended?: boolean
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const text = '[\\t\\x20-\\x7e\\x80-\\xff]*'
const headForm = new RegExp(`^(${text})\\r\\n((?:${token}:${text}\\r\\n)*)\\r\\n`)
const requestForm = new RegExp(`^(${token}) ([\\x21-\\x7e\\x80-\\xff]+) HTTP/1\\.[01]$`)
const responseForm = new RegExp(`^HTTP/1\\.[01] ([1-9][0-9]{2})(?: ${text})?$`)
const extension = `;${token}(?:=(?:${token}|"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"))?`
const chunkForm = new RegExp(`([0-9A-Fa-f]{1,16})(?:${extension})*\\r\\n`, 'y')
const trailerForm = new RegExp(`((?:${token}:${text}\\r\\n)*)\\r\\n`, 'y')

class Fault extends Error {}
class Unfinished extends Error {}

export function readStrictly(wire: string, options: ReadOptions): Read {
  const messages: ReadMessage[] = []
  let rest = wire
  let answered = 0
  try {
    while (rest !== '') {
      const method = options.methods?.[answered] ?? 'GET'
      const message = readOne(rest, options, method)
      messages.push(message)
      rest = rest.slice(message.length)
      if (!isInterim(message.line)) answered++
    }
  } catch (error) {
    if (error instanceof Unfinished) return { messages, end: 'unfinished' }
    if (error instanceof Fault) return { messages, end: { fault: error.message } }
    throw error
  }
  return { messages, end: 'clean' }
}

/** A 1xx, which is not the answer yet. */
export const isInterim = (line: string): boolean => /^HTTP\/1\.[01] 1(?!01)/.test(line)

function readOne(wire: string, { side, ended = false }: ReadOptions, method: string): ReadMessage {
  const match = headForm.exec(wire)
  const [head = '', line = '', fieldText = ''] = match ?? []
  if (!match) {
    if (wire.includes('\r\n\r\n')) throw new Fault('a head that is none')
    throw new Unfinished()
  }
  const status = Number(responseForm.exec(line)?.[1] ?? 0)
  if (side === 'request' ? !requestForm.test(line) : status === 0) throw new Fault(`the start line ${line}`)
  const fields = fieldsOf(fieldText)
  const behind = wire.slice(head.length)
  const none = status !== 0 && (status < 200 || status === 204 || status === 304 || method === 'HEAD')
  const { body, length } = none ? { body: '', length: 0 } : readBody(behind, fields, side, ended)
  return { line, fields, body, length: head.length + length }
}

function fieldsOf(fieldText: string): [string, string][] {
  const lines = fieldText.split('\r\n').slice(0, -1)
  return lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, '')]
  })
}

function readBody(wire: string, fields: [string, string][], side: ReadOptions['side'], ended: boolean) {
  const lengths = fields.filter(([name]) => name === 'content-length')
  const codings = fields.filter(([name]) => name === 'transfer-encoding')
  if (lengths.length + codings.length > 1) throw new Fault('framed more than once')
  const coding = codings[0]?.[1]
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw new Fault(`the coding ${coding}`)
    return readChunks(wire)
  }
  const said = lengths[0]?.[1]
  if (said === undefined) {
    if (side === 'request') return { body: '', length: 0 }
    if (!ended) throw new Unfinished()
    return { body: wire, length: wire.length }
  }
  if (!/^[0-9]+$/.test(said) || !Number.isSafeInteger(Number(said))) throw new Fault(`the length ${said}`)
  const length = Number(said)
  if (wire.length < length) throw new Unfinished()
  return { body: wire.slice(0, length), length }
}

function readChunks(wire: string): { body: string; length: number } {
  let body = ''
  let at = 0
  for (;;) {
    chunkForm.lastIndex = at
    const size = parseInt(chunkForm.exec(wire)?.[1] ?? 'none', 16)
    if (Number.isNaN(size)) throw wire.includes('\n', at) ? new Fault('a chunk-size line') : new Unfinished()
    at = chunkForm.lastIndex
    if (size === 0) break
    body += wire.slice(at, at + size)
    at += size
    if (wire.length < at + 2) throw new Unfinished()
    if (wire.slice(at, at + 2) !== '\r\n') throw new Fault('a chunk without its end')
    at += 2
  }
  trailerForm.lastIndex = at
  const trailers = trailerForm.exec(wire)?.[1]
  if (trailers === undefined) throw wire.includes('\r\n\r\n', at) ? new Fault('trailers') : new Unfinished()
  if (/^(?:content-length|transfer-encoding|host|(?:proxy-)?connection|upgrade):/im.test(trailers))
    throw new Fault('framing in trailers')
  return { body, length: trailerForm.lastIndex }
}
