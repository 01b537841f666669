/** Plays one scenario between the ends it names, and says what was not as it must be. */
import { setTimeout as pause } from 'node:timers/promises'
import type { TestEngine } from '../main/testing/engine.ts'
import type { Bystander } from './bystander.ts'
import { converse, startTalkingOrigin } from './conversations/index.ts'
import type { Flows } from './flows.ts'
import { isOpaque, describeScenario, isTls, speaksHttp2, type Scenario } from './scenario.ts'
import { Talk, type Outcome } from './talk.ts'
import { openWire, type Wire } from './wire.ts'
import { within } from './within.ts'

/** Nothing takes half a second; a machine may be busy. */
const patienceMs = 15_000
/** So long a wire that stands still may have no flow before it is taken for one that waits for nobody. */
const nobodyMs = 300

/** Where it is played. */
export type Place = { proxy: TestEngine; flows: Flows; bystander: Bystander }

/** What a scenario has come to. Disposed, it lets go of its origin. */
export type Played = AsyncDisposable & {
  scenario: Scenario
  kind: string
  /** Connections to the origin that the proxy keeps for longer than the origin does, or has forgotten. */
  forgotten: () => number
}

/** Rejects with what is wrong, the scenario in words, and how to play it again. */
export async function play(scenario: Scenario, place: Place): Promise<Played> {
  const { proxy, flows, bystander } = place
  const origin = await startTalkingOrigin(scenario, () => talk)
  const wires = { client: await openWire(proxy.port, 'target'), origin: await openWire(origin.port, 'caller') }
  const close = async (): Promise<void> => {
    await wires.client[Symbol.asyncDispose]()
    await wires.origin[Symbol.asyncDispose]()
    await origin[Symbol.asyncDispose]()
  }
  // Nobody knows the origin's port before the wires are there.
  const talk = new Talk(scenario, wires, proxy.ca)
  try {
    const mended = mend(talk, place)
    const outcomes = await within(patienceMs, converse(talk), 'the end for the client')
    if (talk.broken.isBroken) await within(patienceMs, mended, 'what was to become of the wire')
    await within(patienceMs, flows.over(wires.origin.port), 'the end of its flows')
    await within(patienceMs, noneOpen(wires.client), 'the end of the connection to the client')
    await bystander.more(1)
    check(talk, outcomes, flows, origin.heard())
    // Of HTTP/2 one is kept for a minute, as is one that was opened with a tunnel and never used. The others say for
    // themselves how long they may be kept.
    const kept = speaksHttp2(scenario.way) || (isTls(scenario.way) && origin.heard() === 0) ? 1 : 0
    const forgotten = (): number => Math.max(0, wires.origin.open - kept)
    return { scenario, kind: kindOf(talk, outcomes), forgotten, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    const told = flows.of(wires.origin.port).map(({ id, ends, error: failure }) => ({ id, ends, failure }))
    throw new Error(`${describeScenario(scenario)}\n${String(error)}\nits flows: ${JSON.stringify(told)}`, {
      cause: error,
    })
  }
}

async function noneOpen(wire: Wire): Promise<void> {
  while (wire.open > 0) await pause(5)
}

/** What becomes of a wire that stands still. Resolves when it has. */
async function mend({ scenario, wires, broken }: Talk, { flows, bystander }: Place): Promise<void> {
  await broken.broken
  switch (scenario.fault) {
    case 'stall-resume':
      // Others are served on meanwhile.
      await bystander.more(3)
      broken.resume()
      return
    case 'stall-reset':
      await bystander.more(3)
      broken.reset()
      return
    case 'stall-limit': {
      const { port } = wires.origin
      const failed = (): boolean => flows.of(port).some(({ error }) => error !== undefined)
      for (let alone = 0; !failed() && alone < nobodyMs; alone += 10) {
        if (flows.isRunning(port)) alone = 0
        await pause(10)
      }
      if (failed()) broken.resume()
      else broken.reset()
      return
    }
    default:
  }
}

function check(talk: Talk, outcomes: readonly Outcome[], flows: Flows, heard: number): void {
  const { scenario, wires, broken, wrongs } = talk
  const wrong = [...wrongs]
  const all = flows.of(wires.origin.port)
  for (const { id, ends } of all) if (ends !== 1) wrong.push(`flow ${id} has ended ${ends} times`)
  const whole = outcomes.filter((outcome) => outcome === 'whole').length
  if (heard < whole) wrong.push(`${whole} whole answers, and ${heard} requests were heard`)
  const failed = all.filter(({ error }) => error !== undefined)
  const unharmed = (!broken.isBroken && scenario.fault !== 'stall-limit') || scenario.fault === 'stall-resume'
  const wanted = isOpaque(scenario.way) ? 1 : 2
  if (unharmed && (whole !== wanted || failed.length > 0)) {
    wrong.push(`nothing was lost on the wire, and the client has got ${outcomes.join(', ')}`)
  }
  // The client's own wire may break behind the last byte that it was to get, and before ours knows.
  // An origin that closes before the client has said a word makes its tunnel an opaque one, which has no whole end.
  const opaque = all.some(({ method }) => method === 'CONNECT')
  if (scenario.side === 'origin' && !isOpaque(scenario.way) && !opaque && failed.length !== outcomes.length - whole) {
    wrong.push(`the client has got ${outcomes.join(', ')}, and ${failed.length} of ${all.length} flows have failed`)
  }
  if (wrong.length > 0) throw new Error(wrong.join('; '))
}

function kindOf({ scenario, broken }: Talk, outcomes: readonly Outcome[]): string {
  const what = broken.isBroken ? `${scenario.fault} at ${scenario.side}` : 'nothing'
  return `${scenario.way}${isTls(scenario.way) ? ' (TLS)' : ''}: ${what}: ${outcomes.join(', ')}`
}
