import type { Modifier } from '../../modifiers/index.ts'
import type { AppliedModifier } from '../../model/modifier.ts'
import type { Coding } from '../coding/codings.ts'

/** What a body goes through on its way, one after the other. */
export type Step =
  { kind: 'modifier'; modifier: Modifier; applied: AppliedModifier } | { kind: 'decode' } | { kind: 'encode' }

export type Steps = {
  steps: readonly Step[]
  /** Of the origin, in the order in which they were applied. */
  codings: readonly Coding[]
  /** What comes out is still, or again, in the origin's codings. */
  coded: boolean
  /** Who gets something else than it wants; sentences. */
  notes: readonly string[]
}

/** A modifier and where what it does is counted. */
export type Applying = Pick<Extract<Step, { kind: 'modifier' }>, 'modifier' | 'applied'>

/**
 * Codings are removed in front of the first modifier that wants them removed, and applied again behind one that is to
 * recode, unless the next one would remove them. Pure.
 */
export function planSteps(applying: readonly Applying[], codings: readonly Coding[]): Steps {
  const steps: Step[] = []
  let coded = true
  let recodes = false
  let decodedFor = ''
  const notes: string[] = []
  for (const { modifier, applied } of applying) {
    if (codings.length > 0) {
      const { decode } = modifier.exports
      if (decode && coded) decodedFor = modifier.name
      // Codings that are gone cannot be had again but by coding anew, which is the choice of whoever had them removed.
      if (!decode && !coded && !recodes)
        notes.push(`modifier ${modifier.name} gets decoded bytes: modifier ${decodedFor} before it had them decoded`)
      if (decode && coded) steps.push({ kind: 'decode' })
      else if (!decode && !coded && recodes) steps.push({ kind: 'encode' })
      coded = !decode && (coded || recodes)
      recodes = modifier.recode && !coded
    }
    steps.push({ kind: 'modifier', modifier, applied })
  }
  if (recodes) steps.push({ kind: 'encode' })
  return { steps, codings, coded: coded || recodes, notes }
}
