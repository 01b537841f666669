/**
 * Requests of HTTP/2 that a downgrade could make ambiguous, frame by frame. What reaches the origin in HTTP/1.1, llhttp
 * and a reader of another make have to read alike; and what comes behind it, over the same connection and over others,
 * is answered as itself.
 */
import { expect, test } from 'vitest'
import { endHeaders, endStream, frame, FrameEnd, frameTypes, literal, preface } from '../../testing/http2-frames.ts'
import { eventually } from '../../testing/eventually.ts'
import { connectClient } from '../../testing/raw-client.ts'
import { hidden, http2Cases, pseudo, type Field, type Http2Case } from './testing/http2-cases.ts'
import { judged } from '../../testing/judged.ts'
import { cutsOf, sendInPieces } from './testing/sent-in-pieces.ts'

const at = judged()

const filled = (text: string): string => text.replaceAll('ORIGIN', at.origin.authority)

const block = (fields: readonly Field[]): Buffer =>
  Buffer.concat(fields.map(([name, value]) => literal(filled(name), filled(value))))

function framesOf({ fields, data, trailers }: Http2Case): Buffer {
  const last = (isLast: boolean): number => (isLast ? endStream : 0)
  const headers = frame(frameTypes.headers, endHeaders | last(!data), 1, block(fields))
  const content = data?.map((text, at) => {
    const isLast = at === data.length - 1 && trailers === undefined
    return frame(frameTypes.data, last(isLast), 1, Buffer.from(filled(text), 'latin1'))
  })
  const behind = trailers ? [frame(frameTypes.headers, endHeaders | endStream, 1, block(trailers))] : []
  return Buffer.concat([headers, ...(content ?? []), ...behind])
}

/** What has come of a stream: "200 content", "400", "reset 1"; or of its connection: "goaway 1". */
async function outcome(client: FrameEnd, stream: number): Promise<string> {
  let status = ''
  let content = ''
  for (;;) {
    const { type, flags, stream: of, payload } = await client.next()
    if (type === frameTypes.goaway) return `goaway ${payload.readUInt32BE(4)}`
    if (of !== stream) continue
    if (type === frameTypes.reset) return `reset ${payload.readUInt32BE(0)}`
    if (type === frameTypes.headers) status = statusOf(payload)
    if (type === frameTypes.data) content += payload.toString('latin1')
    if ((flags & endStream) !== 0) return status === '200' ? `200 ${content}` : status
  }
}

/** Of a block as our server writes it: the first field, indexed, or three digits in Huffman's code (RFC 7541 Appendix A, B). */
function statusOf(fields: Buffer): string {
  if (fields[0] !== 0x48) return { 0x88: '200', 0x8c: '400' }[fields.readUInt8(0)] ?? fields.toString('hex')
  const bits = Buffer.concat([fields.subarray(2), Buffer.alloc(3)]).readUIntBE(0, 3)
  let status = ''
  for (let left = 24; status.length < 3;) {
    const five = (bits >> (left - 5)) & 31
    const digit = five < 3 ? five : ((bits >> (left - 6)) & 63) - 22
    status += String(digit)
    left -= five < 3 ? 5 : 6
  }
  return status
}

/** A client that has sent this, cut like that. */
async function send(wire: string, cuts: readonly number[]): Promise<FrameEnd> {
  const end = await connectClient(at.engine.port)
  const client = new FrameEnd(end)
  client.send(preface)
  await client.of(frameTypes.settings)
  await sendInPieces(end.socket, wire, cuts)
  return client
}

async function leave({ end }: FrameEnd): Promise<void> {
  await end[Symbol.asyncDispose]()
  await eventually(() => at.engine.engine.running().length === 0)
}

test.each(http2Cases)('$name ($source)', async (example) => {
  const wire = framesOf(example).toString('latin1')
  const expected = example.told.map(filled)
  const nextFields = block([[':method', 'GET'], ...pseudo.slice(1, 3), [':path', '/next']])
  for (const cuts of cutsOf(wire)) {
    const where = `cut at ${cuts.join()}`
    const client = await send(wire, cuts)
    const got = await outcome(client, 1)
    expect(got, where).toBe(example.gets === '200' ? `200 ${expected[0] ?? ''}` : example.gets)
    client.send(frame(frameTypes.headers, endHeaders | endStream, 3, nextFields))
    expect(await outcome(client, 3), where).toBe('200 GET /next ')
    await leave(client)
    const { told, hosts, wrong, wire: seen } = await at.origin.judge()
    expect(wrong, where).toEqual([])
    expect(told, where).toEqual([...expected, 'GET /next '])
    expect(hosts.filter((host) => host !== at.origin.authority)).toEqual([])
    if (example.without !== undefined) expect(seen).not.toContain(example.without)
    if (example.seen !== undefined) expect(seen).toContain(example.seen)
  }
})

// What has come by then is a whole request, and passes at once; the library ends the connection (RFC 9113 §5.4.1).
test.each(['1', '0'])('content behind its length of %s (H2.CL; CVE-2021-21295, Netty)', async (length) => {
  const fields: Field[] = [...pseudo, ['content-length', length]]
  const [name, source] = ['', '']
  const wire = framesOf({ name, source, fields, data: [`x${hidden}`], told: [], gets: '' }).toString('latin1')
  for (const cuts of cutsOf(wire)) {
    const where = `cut at ${cuts.join()}`
    const client = await send(wire, cuts)
    await client.end.closed
    await leave(client)
    const { told, wrong, wire: seen } = await at.origin.judge()
    expect(wrong, where).toEqual([])
    expect(['', `POST /a ${'x'.slice(0, Number(length))}`]).toContain(told.join())
    expect(seen).not.toContain('hidden')
  }
})

test('names are unique, so that a failure can be found', () => {
  const names = http2Cases.map(({ name, source }) => `${name} (${source})`)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
