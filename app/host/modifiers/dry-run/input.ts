/** What a dry run is fed with: a captured body, a text, or the built-in stream; in chunks, each with its time. */
import { arrivals, type Arrivals } from '../../../../main/model/arrivals.ts'
import type { Flow } from '../../../../main/model/flow.ts'
import type { ModifierFlow } from '../../../../main/model/modifier.ts'
import type { Checked } from '../../../contract/contract.ts'
import type { DecodedBody } from '../../bodies/decoded-bodies.ts'
import type { Pieces } from '../../bodies/pieces.ts'
import { sampleChunks, sampleFlow } from './sample-stream.ts'
import type { TimedChunk } from './timed-chunk.ts'

/** `captured`: where it was traffic once. `note`: what is different from it now; a sentence. */
export type DryInput = {
  flow: ModifierFlow
  captured?: Flow
  chunks: Iterable<TimedChunk>
  note: string | undefined
}

export type BodySource = {
  /** Throws CallError (GONE) for a flow that is running or gone, or has no recorded response body. */
  flow(id: number): Flow
  /** Rejects with CallError when nothing of it can be decoded. */
  decoded(id: number, signal: AbortSignal): Promise<DecodedBody>
}

type Asked = Checked<'modifiers.dryRun'>

/** As where a body comes that has no chunks of its own. */
const largestPiece = 64 * 1024

/** Rejects with CallError, also when `signal` says that nobody waits. */
export async function dryInput(
  { input, speed }: Pick<Asked, 'input' | 'speed'>,
  source: BodySource,
  signal: AbortSignal,
): Promise<DryInput> {
  const waits = speed === 'recorded'
  switch (input.kind) {
    case 'sample':
      return { flow: sampleFlow, chunks: sampleChunks(), note: undefined }
    case 'text': {
      const note = waits ? 'A text has no times: all of it comes at once.' : undefined
      return { flow: textFlow, chunks: cutText(input.text, input.cut), note }
    }
    case 'flow': {
      const flow = source.flow(input.id)
      const body = await source.decoded(input.id, signal)
      return {
        flow: modifierFlow(flow),
        captured: flow,
        chunks: recorded(body, flow),
        note: noteOn(flow, body, waits),
      }
    }
    default:
      return input satisfies never
  }
}

/** The flow of a text: the plainest there is. */
const textFlow: ModifierFlow = {
  id: 1,
  client: { address: '127.0.0.1' },
  request: { method: 'GET', url: 'http://example.com/', httpVersion: '1.1', headers: [['Host', 'example.com']] },
  response: { status: 200, httpVersion: '1.1', headers: [['Content-Type', 'text/plain; charset=utf-8']] },
}

/** What a modifier is told of a captured flow. */
export function modifierFlow({ id, client, method, url, request, response }: Flow): ModifierFlow {
  const status = response?.status ?? 0
  const answer = { status, httpVersion: response?.httpVersion ?? '1.1', headers: fieldsOf(response?.head ?? '') }
  return {
    id,
    client: { address: client.address },
    request: { method, url, httpVersion: request.httpVersion, headers: fieldsOf(request.head) },
    response: answer,
  }
}

function fieldsOf(head: string): [name: string, value: string][] {
  const [, ...lines] = head.split('\r\n')
  return lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':')
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')]] : []
  })
}

function* cutText(text: string, cut: number | undefined): Generator<TimedChunk> {
  const bytes = new TextEncoder().encode(text)
  const size = cut ?? Math.max(1, bytes.length)
  for (let at = 0; at < bytes.length; at += size) yield { bytes: bytes.subarray(at, at + size), atMs: 0 }
}

/** A body as it came, as far as that is known. */
function recorded({ bytes }: DecodedBody, flow: Flow): Iterable<TimedChunk> {
  const { arrivals: packed, length = 0 } = flow.response?.body ?? {}
  return packed === undefined ? spread(bytes, flow) : asItCame(bytes, packed, length)
}

/** `length`: of the recorded bytes that the arrivals are about; decoded ones are cut in proportion. */
function* asItCame(bytes: Pieces, packed: Arrivals, length: number): Generator<TimedChunk> {
  let came = 0
  let from = 0
  let last = 0
  for (const arrival of arrivals(packed)) {
    came = Math.min(length, came + arrival.length)
    const to = came === length ? bytes.length : Math.round((came / length) * bytes.length)
    last = arrival.atMs
    yield* cut(bytes, from, to, last)
    from = to
  }
  yield* cut(bytes, from, bytes.length, last)
}

function* cut(bytes: Pieces, from: number, to: number, atMs: number): Generator<TimedChunk> {
  for (let at = from; at < to; at += largestPiece)
    yield { bytes: bytes.read(at, Math.min(largestPiece, to - at)), atMs }
}

/** In as many chunks as had come, of one size, with equal times between its first byte and its last. */
function* spread(bytes: Pieces, flow: Flow): Generator<TimedChunk> {
  const count = Math.max(1, flow.response?.chunks ?? 1)
  const size = Math.min(largestPiece, Math.max(1, Math.ceil(bytes.length / count)))
  const share = spanMs(flow) / Math.max(1, bytes.length - size)
  for (let at = 0; at < bytes.length; at += size) yield { bytes: bytes.read(at, size), atMs: at * share }
}

/** Milliseconds from the response's first byte to its last. */
function spanMs({ timings: { firstByte, lastByte } }: Flow): number {
  return firstByte !== undefined && lastByte !== undefined ? Math.max(0, lastByte - firstByte) / 1000 : 0
}

function noteOn(flow: Flow, body: DecodedBody, waits: boolean): string | undefined {
  const notes: string[] = []
  const state = flow.response?.body.state
  if (body.problem !== undefined) notes.push(body.problem)
  else if (state === 'partial') notes.push('Only the beginning of the body was recorded.')
  if (state === 'truncated') notes.push('The body was cut when it was recorded.')
  const isCoded = flow.response !== undefined && body.bytes.length !== flow.response.body.length
  const count = flow.response?.chunks ?? 0
  if (flow.response?.body.arrivals !== undefined) {
    if (isCoded) notes.push('It came encoded: where chunks of the decoded body end is an estimate.')
  } else if (count > 1) {
    const times = waits ? `, spread evenly over the ${shownTime(spanMs(flow))} they took` : ''
    notes.push(`When each of its ${count} chunks came is not recorded: they come in equal parts${times}.`)
  }
  return notes.length > 0 ? notes.join(' ') : undefined
}

const shownTime = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)
