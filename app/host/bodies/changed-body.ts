/** Whether modifiers have changed a body: both sides are recorded, and compared only when somebody wants to know. */
import { pageBytes } from '../../contract/contract.ts'
import { CallError } from '../../contract/wire.ts'
import type { FlowId } from '../../../main/model/flow.ts'
import type { BodyPages } from './body-pages.ts'
import { endedFlow, recordingOf, type BodyEngine } from './body-source.ts'

/**
 * By their content, without content codings. Undefined: as far as both are recorded and can be decoded, they are the
 * same, and nobody knows of the rest. Rejects with CallError (GONE) when one of them is not there.
 */
export async function isChanged(
  engine: BodyEngine,
  bodies: Pick<BodyPages, 'page'>,
  id: FlowId,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  // No modifier has had it.
  if (!endedFlow(engine, id).modifiedBody) return false
  const sides = ['response', 'delivered'] as const
  const [hasCome, hasGone] = sides.map((side) => recordingOf(engine, id, side).body.state === 'complete')
  try {
    for (let offset = 0; ;) {
      const [came, went] = await Promise.all(
        sides.map((side) => bodies.page({ id, side, decoded: true, offset, length: pageBytes }, signal)),
      )
      signal.throwIfAborted()
      if (!came || !went) return undefined
      const length = Math.min(came.bytes.length, went.bytes.length)
      if (Buffer.compare(came.bytes.subarray(0, length), went.bytes.subarray(0, length)) !== 0) return true
      offset += length
      // Either goes on, or both are at their ends.
      if (length > 0 && offset < came.total && offset < went.total) continue
      const isCome = hasCome === true && came.problem === undefined
      const isGone = hasGone === true && went.problem === undefined
      // A side that is at its end is another one than a side which goes on.
      if ((isCome && came.total < went.total) || (isGone && went.total < came.total)) return true
      return isCome && isGone ? false : undefined
    }
  } catch (error) {
    if (error instanceof CallError && error.code === 'NOT_DECODABLE') return undefined
    throw error
  }
}
