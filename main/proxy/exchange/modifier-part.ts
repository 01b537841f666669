/**
 * The part that modifiers have in one response: they are asked about its head, one after the other, and what they say of
 * its body, and those that want to change it, are claims for the decision about its delivery.
 */
import type { Framing, RequestHead, ResponseHead } from '../../http1/index.ts'
import type { Flow } from '../../model/flow.ts'
import { mediaType } from '../../model/media-type.ts'
import type { AppliedModifier, HeadVerdict, ModifierFlow } from '../../model/modifier.ts'
import { ModifierError, type Modifier } from '../../modifiers/index.ts'
import type { ResponseFacts } from '../../rules/index.ts'
import { codingsOf, noClaims, planSteps, type Claims, type Steps } from '../../streaming/index.ts'
import type { ProxyContext } from '../context.ts'
import { Failure, bugFailure, modifierFailure } from '../failure.ts'
import type { OriginConnection } from '../origin/origin-connection.ts'
import type { Seeker } from '../origin/origin-lease.ts'
import { ScriptedHead, type ScriptEdit } from './scripted-head.ts'

export type Responding = {
  flow: Flow
  request: RequestHead
  head: ResponseHead
  framing: Framing
  facts: ResponseFacts
  /** The flow has ended: nobody needs an answer any more. */
  isOver(): boolean
}

export type ModifierPart = {
  /** What they have done to the head. */
  edit: ScriptEdit | undefined
  /** Of the head as they have left it. */
  facts: ResponseFacts
  claims: Claims
  /** What the body goes through, when claims say so. */
  steps: Steps
  /** What those that get the body are told. */
  told: ModifierFlow
  /** Those that had a part. */
  applied: AppliedModifier[]
  notes: string[]
  /** To be called once: those that were asked and do not get the body forget the flow; all of them unless `opened`. */
  settle(opened: boolean): void
}

type Candidate = { modifier: Modifier; applied: AppliedModifier; asked?: boolean; verdict?: HeadVerdict }

/**
 * Goes on with the part they have, undefined where none has one: at once, or when they have answered; until then the
 * origin waits. Not at all when one of them fails, which the seeker is told, or the flow ends meanwhile.
 */
export function withModifiers(
  context: ProxyContext,
  origin: OriginConnection | undefined,
  responding: Responding,
  goOn: (part: ModifierPart | undefined) => void,
  seeker: Pick<Seeker, 'fail'>,
): void {
  const { loading } = context.modifiers
  const part = loading ? loading.then(() => askMatching(context, responding)) : askMatching(context, responding)
  if (!(part instanceof Promise)) {
    goOn(part)
    return
  }
  origin?.hold()
  const answered = part.then((known) => {
    if (responding.isOver()) {
      known?.settle(false)
      return
    }
    goOn(known)
    origin?.goOn()
  })
  answered.catch((error: unknown) => {
    seeker.fail(error instanceof Failure ? error : bugFailure(error, 'response-head'))
  })
}

function askMatching(
  { modifiers, settings }: ProxyContext,
  responding: Responding,
): ModifierPart | undefined | Promise<ModifierPart> {
  const { facts } = responding
  const matching = modifiers.matching(facts)
  const withheld = modifiers.withheld(facts)
  if (matching.length === 0 && withheld.length === 0) return undefined
  const head = new ScriptedHead(responding.head, settings.headLimit)
  const candidates = matching.map((modifier) => ({ modifier, applied: nothingApplied(modifier) }))
  const asks = matching.some(({ exports }) => exports.readsHead)
  return asks ? askAll(responding, head, candidates, withheld) : planned(responding, head, candidates, withheld)
}

async function askAll(
  responding: Responding,
  head: ScriptedHead,
  candidates: Candidate[],
  withheld: readonly string[],
): Promise<ModifierPart> {
  try {
    for (const candidate of candidates) {
      const { modifier, applied } = candidate
      if (!modifier.exports.readsHead || responding.isOver()) continue
      candidate.asked = true
      candidate.verdict = await modifier.readHead(toldOf(responding, head))
      applied.editedHead = head.apply(candidate.verdict, modifier)
    }
    return planned(responding, head, candidates, withheld)
  } catch (error) {
    const { flow } = responding
    forget(flow, candidates)
    // There will be no part to put them on the flow: those that have answered, and the one that has failed.
    if (!responding.isOver()) {
      flow.modifiers = candidates.filter(({ asked }) => asked).map(({ applied }) => applied)
    }
    throw error instanceof ModifierError ? modifierFailure(error.failure, 'response-head') : error
  }
}

function planned(
  responding: Responding,
  head: ScriptedHead,
  candidates: readonly Candidate[],
  withheld: readonly string[],
): ModifierPart {
  const { flow, facts } = responding
  const edit = head.edit()
  const notes = [...withheld, ...head.notes]
  const [first, ...others] = candidates.filter((one) => deliveryOf(one) !== undefined)
  const choice = first && deliveryOf(first)
  if (first && choice) first.applied.choice = choice
  for (const other of others) {
    const denied = deliveryOf(other)
    if (denied === undefined || denied === choice) continue
    notes.push(`modifier ${other.modifier.name}: its "${denied}" was not applied: ${saidOf(first)}`)
  }
  const { taking, steps } = stepsOf(responding, candidates, first, notes)
  for (const { applied } of taking) applied.choice = 'transform'
  const script = first && choice ? { by: scriptName(first.modifier.name), choice } : undefined
  const type = head.fields.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  return {
    edit,
    facts: edit ? { ...facts, status: head.status, type: mediaType(type) } : facts,
    claims: { ...noClaims, script, modifiers: taking.map(({ modifier }) => modifier.name) },
    steps,
    told: toldOf(responding, head),
    applied: candidates.filter((one) => one.verdict || taking.includes(one)).map(({ applied }) => applied),
    notes,
    settle(opened) {
      forget(flow, opened ? candidates.filter((one) => !taking.includes(one)) : candidates)
    },
  }
}

/** Who gets the body. Who would, and does not, is noted. */
function stepsOf(
  { head, framing, facts }: Responding,
  candidates: readonly Candidate[],
  said: Candidate | undefined,
  notes: string[],
): { taking: Candidate[]; steps: Steps } {
  const read = codingsOf(head.fields)
  const codings = 'codings' in read ? read.codings : []
  const taking: Candidate[] = []
  // Without a body, nobody misses it.
  const hasBody = framing.kind !== 'none' && facts.length !== 0
  for (const candidate of hasBody ? candidates : []) {
    const { modifier, verdict } = candidate
    const choice = verdict?.choice
    if (choice === undefined ? !modifier.exports.transforms : choice !== 'transform') continue
    const obstacle =
      said?.applied.choice === 'buffer'
        ? saidOf(said)
        : head.status === 206
          ? 'a part of a body (206) passes unmodified'
          : modifier.exports.decode && 'problem' in read
            ? read.problem
            : undefined
    if (obstacle === undefined) taking.push(candidate)
    else notes.push(`modifier ${modifier.name} not applied: ${obstacle}`)
  }
  const steps = planSteps(taking, codings)
  notes.push(...steps.notes)
  return { taking, steps }
}

/** What its responseHead says of the delivery; undefined: nothing. */
function deliveryOf({ verdict }: Candidate): 'stream' | 'buffer' | undefined {
  return verdict?.choice === 'transform' ? undefined : verdict?.choice
}

/** What decides when a modifier's responseHead says how to deliver. */
export const scriptName = (name: string): string => `responseHead of modifier ${name}`

const saidOf = (one: Candidate | undefined): string =>
  one ? `modifier ${one.modifier.name} says "${one.verdict?.choice ?? ''}"` : ''

function nothingApplied({ name, file, version }: Modifier): AppliedModifier {
  return { name, file, version, editedHead: false, chunksIn: 0, bytesIn: 0, chunksOut: 0, bytesOut: 0 }
}

function forget({ id }: Flow, candidates: readonly Candidate[]): void {
  for (const { modifier } of candidates) if (modifier.exports.readsHead) modifier.forget(id)
}

function toldOf({ flow, request, head }: Responding, { status, fields }: ScriptedHead): ModifierFlow {
  const { id, method, url, client } = flow
  const headers = Array.from({ length: request.fields.length }, (_, index): [string, string] => [
    request.fields.name(index),
    request.fields.value(index),
  ])
  return {
    id,
    client: { address: client.address },
    request: { method, url, httpVersion: request.version, headers },
    response: { status, httpVersion: head.version, headers: fields },
  }
}
