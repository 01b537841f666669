/** The event streams that modifiers read and write. */
import { isDeepStrictEqual } from 'node:util'
import { testLibrary } from '../../main/modifiers/library/testing/host.ts'
import type { ServerEvent } from '../../main/modifiers/library/events/server-event.ts'
import type { Random } from '../random.ts'
import { Broken, someCuts, type Target } from '../target.ts'

const { events, sse } = testLibrary()
const most = 1000

type Item = {
  kind: ServerEvent['kind']
  type: string
  data: string
  id: string | undefined
  retry: number | undefined
  comment: string | undefined
}

async function read(pieces: readonly Buffer[], limit: number): Promise<{ items: Item[]; failure: string | undefined }> {
  const items: Item[] = []
  try {
    // What is lent is used again: whoever keeps it is found out.
    const lent = (function* () {
      for (const piece of pieces) {
        const copy = new Uint8Array(piece)
        yield copy
        copy.fill(0xee)
      }
    })()
    for await (const { kind, type, data, id, retry, comment } of events(lent, { limit }))
      items.push({ kind, type, data, id, retry, comment })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { items, failure: error.message }
  }
  return { items, failure: undefined }
}

/** The standard's steps, on the whole text: only what an EventSource shows. */
function dispatched(input: Buffer): { type: string; data: string }[] {
  const text = new TextDecoder('utf-8').decode(input)
  const lines = text.split(/\r\n|\n|\r/)
  // What has no end is no line.
  lines.pop()
  const shown: { type: string; data: string }[] = []
  let type = ''
  let data = ''
  for (const line of lines) {
    if (line === '') {
      if (data !== '') shown.push({ type: type || 'message', data: data.slice(0, -1) })
      type = data = ''
      continue
    }
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (name === 'data') data += `${value}\n`
    if (name === 'event') type = value
  }
  return shown
}

async function check(input: Buffer, random: Random): Promise<string> {
  const whole = await read([input], most)
  for (const pieces of someCuts(input, random)) {
    const cut = await read(pieces, most)
    if (!isDeepStrictEqual(cut, whole)) throw new Broken('reads the same however it is cut', { whole, cut })
  }
  const shown = whole.items.filter(({ kind }) => kind === 'event').map(({ type, data }) => ({ type, data }))
  const standard = dispatched(input)
  if (whole.failure === undefined && !isDeepStrictEqual(shown, standard))
    throw new Broken('the standard’s steps find the same events', { shown, standard })
  let written = ''
  for (const item of whole.items) written += sse(item)
  // A space behind each colon, where there was none.
  const again = await read([Buffer.from(written)], 2 * most)
  if (whole.failure === undefined && !isDeepStrictEqual(again.items, whole.items))
    throw new Broken('what is written is read as the same', { items: whole.items, written, again })
  return `${[...new Set(whole.items.map(({ kind, id, type }) => `${kind}${id === undefined ? '' : '+'}${type === 'message' ? '' : '*'}`))].sort().join()} ${whole.failure === undefined}`
}

export const eventStreams: Target = {
  name: 'events',
  seeds: [
    ': hi\n\nevent: add\ndata: 1\ndata: 2\nid: 7\n\nretry: 1000\n\ndata\n\n',
    '\ufeffdata: a\r\rid: \r\n\r\ndata:  two\r\n\r\n',
    'data: {"a":"ü€😀"}\n\nid: a\0b\nevent: message\ndata:\n\n',
  ].map((text) => Buffer.from(text)),
  words: [
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    ':',
    ' ',
    'data',
    'data: ',
    'event: ',
    'id: ',
    'id',
    'retry: ',
    'retry: 10',
    'x',
    '\0',
    '\xef\xbb\xbf',
    '\xff',
    '\xf0\x9f\x98\x80',
    '\xe2\x80\xa8',
  ],
  most: 4096,
  check,
}
