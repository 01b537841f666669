/** What has become of a chunk, in one word. Pure. */
import type { In, Out, Row, Streams } from './streams.ts'

/**
 * `recut`: all its bytes go out, cut elsewhere. `joined`: went out as a part of another chunk, or together with it became
 * something else. `split`: a part of the one it came from. `waiting`: has gone in, and may still come out. `unsent`: was
 * waiting when the run failed.
 */
export type Fate = 'same' | 'recut' | 'changed' | 'added' | 'dropped' | 'joined' | 'split' | 'waiting' | 'unsent'

/** `otherwise`: of what has not come out. */
export function fateOf({ input: number, output }: Row, { ins }: Streams, otherwise: Fate): Fate {
  const input = number === undefined ? undefined : ins.get(number)
  if (input && output) return ofBoth(input, output)
  if (output) return output.added === 0 ? 'split' : output.kept > 0 || output.instead ? 'changed' : 'added'
  return input ? ofInput(input, otherwise) : otherwise
}

function ofBoth(input: In, output: Out): Fate {
  if (input.lost > 0 || output.added > 0) return 'changed'
  return input.kept === input.piece.length && input.piece.equals(output.piece) ? 'same' : 'recut'
}

function ofInput({ piece, kept, lost, stead }: In, otherwise: Fate): Fate {
  if (kept > 0) return 'joined'
  if (lost < piece.length) return otherwise
  // What came out in its place and is shorter stands for its neighbours: a comment before an event in which a name is hidden.
  return piece.length > stead ? 'dropped' : 'joined'
}

/** Of these something is not as it was. */
export const isChange = (fate: Fate): boolean => fate === 'changed' || fate === 'added' || fate === 'dropped'
