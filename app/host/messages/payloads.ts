/** `flows.message`: the whole payload of one message, in pages. The last two are kept, as a window reads them in pages. */
import { lostContext } from '../../../main/index.ts'
import type { Flow } from '../../../main/model/flow.ts'
import { formatSize } from '../../../main/model/size.ts'
import type { WebSocketMessage } from '../../../main/model/web-socket.ts'
import { CallError } from '../../contract/wire.ts'
import { gone } from '../bodies/body-source.ts'
import { Pieces } from '../bodies/pieces.ts'
import type { Had, Inflating } from './inflating.ts'
import { readRecords, type MessageEngine } from './recorded.ts'
import { WireWindow } from './wire-window.ts'

/** Of one message in memory. */
const mostPayload = 32 * 1024 * 1024

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
  if (message.compressed && (await inflating.isLost(number, message))) throw lost()
  // Those that stand for themselves need no state.
  const run = message.compressed ? await inflating.from(number, signal) : inflating.alone(number)
  if (!run && (await inflating.isLost(number, message))) throw lost()
  if (!run) {
    throw notDecodable(
      'It is compressed and may refer to the messages before it, which are not all inflated yet. Ask again to go on.',
    )
  }
  const wire = new WireWindow(engine, flow.id)
  const bytes = new Pieces()
  const taken = { cut: false }
  const take = (piece: Uint8Array): boolean => {
    const left = mostPayload - bytes.length
    taken.cut ||= piece.length > left
    // What comes is lent.
    if (left > 0) bytes.push(Buffer.from(piece.subarray(0, left)))
    return taken.cut
  }
  const had = await run.next(message, wire, take, signal)
  if (message.compressed) inflating.remember(run.state())
  return { bytes, problem: taken.cut ? tooLong() : problemOf(message, had, bytes.length) }
}

/** Throws CallError where there is nothing to show. */
function problemOf({ compressed, length }: WebSocketMessage, had: Had, shown: number): string | undefined {
  const { whole, failure } = had
  if (whole) return undefined
  if (had.lost === true) throw lost()
  if (failure !== undefined && shown === 0) throw notDecodable(`It cannot be inflated: ${failure}.`)
  if (failure !== undefined) return `It is inflated as far as this: ${failure}.`
  if (compressed && shown === 0) {
    throw notDecodable('It is compressed, and not all of it was recorded, so that it cannot be inflated.')
  }
  if (compressed) return 'It is inflated as far as this: the rest was not recorded.'
  if (shown === 0) throw gone('Nothing of this message was recorded.')
  return `Only its first ${formatSize(shown)} of ${formatSize(length)} were recorded.`
}

const tooLong = (): string => `Only the first ${formatSize(mostPayload)} of it are shown.`

const lost = (): CallError => notDecodable(`It cannot be inflated: ${lostContext}.`)

const notDecodable = (message: string): CallError => new CallError({ code: 'NOT_DECODABLE', message })
