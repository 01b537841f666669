/** `flows.message`: the whole payload of one message, in pages. The last two are kept, as a window reads them in pages. */
import { PayloadReader } from '../../../main/index.ts'
import type { Flow } from '../../../main/model/flow.ts'
import { formatSize } from '../../../main/model/size.ts'
import type { WebSocketMessage } from '../../../main/model/web-socket.ts'
import { CallError } from '../../contract/wire.ts'
import { gone } from '../bodies/body-source.ts'
import { Pieces } from '../bodies/pieces.ts'
import type { Inflating } from './inflating.ts'
import { readRecords, readWire, type MessageEngine } from './recorded.ts'

/** Of one message in memory. */
export const mostPayload = 32 * 1024 * 1024
const pieceBytes = 256 * 1024

/** `problem`: why it ends before its end; a sentence. */
export type Payload = { bytes: Pieces; problem: string | undefined }

/** Rejects with CallError: GONE, NOT_DECODABLE; and with the signal. */
export async function readPayload(
  engine: MessageEngine,
  flow: Flow,
  inflating: Inflating,
  number: number,
  signal: AbortSignal,
): Promise<Payload> {
  const [message] = await readRecords(engine, flow.id, number, 1)
  if (!message) throw gone('There is no such message.')
  const sent = await asSent(engine, flow, message, signal)
  if (!message.compressed) return sent
  if (sent.problem !== undefined) {
    throw notDecodable('It is compressed, and not all of it was recorded, so that it cannot be inflated.')
  }
  const run = await inflating.from(number, signal)
  if (!run) {
    throw notDecodable(
      'It is compressed and may refer to the messages before it, which are not all inflated yet. Ask again to go on.',
    )
  }
  const inflated = await run.next(message, joined(sent.bytes), mostPayload)
  inflating.remember(run.state())
  const bytes = new Pieces()
  for (let at = 0; inflated && at < inflated.bytes.length; at += pieceBytes) {
    bytes.push(inflated.bytes.subarray(at, at + pieceBytes))
  }
  const failure = inflated?.failure
  if (failure !== undefined && bytes.length === 0) throw notDecodable(`It cannot be inflated: ${failure}.`)
  const problem =
    failure !== undefined ? `It is inflated as far as this: ${failure}.` : inflated?.cut ? tooLong() : undefined
  return { bytes, problem }
}

/** As it was sent, frames joined. */
async function asSent(
  engine: MessageEngine,
  { id }: Flow,
  { direction, offset, wireLength, length }: WebSocketMessage,
  signal: AbortSignal,
): Promise<Payload> {
  const bytes = new Pieces()
  const reader = new PayloadReader(direction)
  let read = 0
  while (read < wireLength && bytes.length < mostPayload) {
    signal.throwIfAborted()
    const piece = await readWire(engine, id, direction, offset + read, Math.min(pieceBytes, wireLength - read))
    if (piece.length === 0) break
    read += piece.length
    bytes.push(reader.push(piece))
  }
  if (bytes.length === 0 && length > 0) throw gone('Nothing of this message was recorded.')
  if (read === wireLength) return { bytes, problem: undefined }
  if (bytes.length >= mostPayload) return { bytes, problem: tooLong() }
  const of = `${formatSize(bytes.length)} of ${formatSize(length)}`
  return { bytes, problem: `Only its first ${of} were recorded.` }
}

const tooLong = (): string => `Only the first ${formatSize(mostPayload)} of it are shown.`

const notDecodable = (message: string): CallError => new CallError({ code: 'NOT_DECODABLE', message })

function joined(pieces: Pieces): Uint8Array {
  return pieces.read(0, pieces.length)
}
