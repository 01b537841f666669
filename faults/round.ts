/**
 * A round: scenarios beside each other through two engines, one of which has short limits, with somebody beside them
 * who is to notice nothing. At its end all that is counted has to be where it was.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { startEngine, type TestEngine } from '../main/testing/engine.ts'
import { InProcessModifiers } from '../main/testing/in-process-modifier.ts'
import { originCa } from '../main/testing/scripted-origin.ts'
import type { Settings } from '../main/model/settings.ts'
import { startBystander, type Bystander } from './bystander.ts'
import { Flows } from './flows.ts'
import { play, type Place, type Played } from './play.ts'
import { describeScenario, scenarioOf } from './scenario.ts'

/** A connection that is kept is given up after a second, as its origin says so. */
const patienceMs = 15_000
const KiB = 1024

/** What `stall-limit` waits for. */
const shortLimits: Partial<Settings> = { idleLimitMs: 400, connectTimeoutMs: 400 }

export type RoundOptions = {
  /** Of scenarios. */
  seeds: readonly number[]
  /** How many are played beside each other. */
  beside: number
}

/** Kinds of what has happened, with how often. Rejects with the first that is wrong. */
export async function playRound({ seeds, beside }: RoundOptions): Promise<Map<string, number>> {
  await using patient = await startPlace({})
  await using strict = await startPlace(shortLimits)
  const before = resources()
  const kinds = new Map<string, number>()
  const played: Played[] = []
  const waiting = [...seeds]
  const player = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const scenario = scenarioOf(seed)
      const one = await play(scenario, scenario.fault === 'stall-limit' ? strict : patient)
      played.push(one)
      kinds.set(one.kind, (kinds.get(one.kind) ?? 0) + 1)
    }
  }
  try {
    const players = await Promise.allSettled(
      Array.from({ length: beside }, () => player().finally(() => (waiting.length = 0))),
    )
    for (const one of players) if (one.status === 'rejected') throw one.reason
    const forgotten = (): Played | undefined => played.find((one) => one.forgotten() > 0)
    const deadline = performance.now() + patienceMs
    while (forgotten() && performance.now() < deadline) await pause(20)
    const one = forgotten()
    if (one) throw new Error(`${one.forgotten()} connections to its origin are kept: ${describeScenario(one.scenario)}`)
  } finally {
    for (const one of played) await one[Symbol.asyncDispose]()
  }
  for (const { proxy } of [patient, strict]) {
    const running = proxy.engine.running().map(({ url }) => url)
    if (running.length !== 1) throw new Error(`beside the one that goes on, these run: ${running.join(', ')}`)
  }
  await countedAgain(before)
  return kinds
}

async function startPlace(limits: Partial<Settings>): Promise<Place & AsyncDisposable> {
  const modifiers = new InProcessModifiers({
    body: (chunks) => chunks,
    matches: (path) => path.startsWith('/modified/'),
  })
  const rules: Settings['rules'] = [
    { path: '/buffered/*', delivery: 'buffer' },
    { path: '/streamed/*', delivery: 'stream' },
  ]
  const originCas = [(await originCa()).pem]
  const kept = { maxFlows: 100, bufferLimit: 512 * KiB }
  const proxy = await startEngine({ rules, originCas, streamSize: 64 * KiB, ...kept, ...limits }, { modifiers })
  const bystander = await startBystander(proxy.port)
  return { proxy, flows: new Flows(proxy), bystander, [Symbol.asyncDispose]: () => end(proxy, bystander) }
}

async function end(proxy: TestEngine, bystander: Bystander): Promise<void> {
  try {
    await bystander[Symbol.asyncDispose]()
  } finally {
    await proxy[Symbol.asyncDispose]()
  }
}

/** What keeps this process alive, by kind; what it waits with itself comes and goes. */
function resources(): Map<string, number> {
  const kinds = Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind)
  const counts = new Map([...kinds].map(([kind, all]) => [kind, all.length] as const))
  counts.delete('Immediate')
  counts.delete('Timeout')
  return counts
}

async function countedAgain(before: ReadonlyMap<string, number>): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const more = [...resources()].filter(([kind, count]) => count > (before.get(kind) ?? 0))
    if (more.length === 0) return
    if (performance.now() > deadline) {
      const told = more.map(([kind, count]) => `${count} ${kind} instead of ${before.get(kind) ?? 0}`)
      throw new Error(`left behind: ${told.join(', ')}`)
    }
    await pause(20)
  }
}
