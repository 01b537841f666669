/**
 * A round: scenarios beside each other through two engines, one of which has short limits, with somebody beside them
 * who is to notice nothing. At its end all that is counted has to be where it was.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { AwakeClock } from '../main/proxy/awake.ts'
import { startEngine, type TestEngine } from '../main/testing/engine.ts'
import { InProcessModifiers } from '../main/testing/in-process-modifier.ts'
import { originCa } from '../main/testing/scripted-origin.ts'
import type { Settings } from '../main/model/settings.ts'
import { startBystander, type Bystander } from './bystander.ts'
import { Flows } from './flows.ts'
import { play, type Place, type Played } from './play.ts'
import { describeScenario, scenarioOf } from './scenario.ts'

/** A connection that is kept is given up after a second, as its origin says so. */
const usualPatienceMs = 15_000
const KiB = 1024
const lookMs = 5

/** What `stall-limit` waits for. */
const shortLimits: Partial<Settings> = { idleLimitMs: 400, connectTimeoutMs: 400 }

export type RoundOptions = {
  /** Of scenarios. */
  seeds: readonly number[]
  /** How many are played beside each other. */
  beside: number
  /** What has to be gone has so long to go. */
  patienceMs?: number
  /** For the tests of this: something that must not be, until the stack is disposed. */
  plant?: (place: Place, stack: AsyncDisposableStack) => unknown
}

/** Kinds of what has happened, with how often. Rejects with the first that is wrong. */
export async function playRound(options: RoundOptions): Promise<Map<string, number>> {
  const { seeds, beside, patienceMs = usualPatienceMs, plant } = options
  using warnings = new Warnings()
  await using patient = await startPlace({})
  await using strict = await startPlace(shortLimits)
  const before = await fewest()
  await using planted = new AsyncDisposableStack()
  await plant?.(patient, planted)
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
    await lasting(patienceMs, () => forgotten() !== undefined)
    const one = forgotten()
    if (one) throw new Error(`${one.forgotten()} connections to its origin are kept: ${describeScenario(one.scenario)}`)
  } finally {
    for (const one of played) await one[Symbol.asyncDispose]()
  }
  for (const { proxy } of [patient, strict]) {
    const running = proxy.engine.running().map(({ url }) => url)
    if (running.length !== 1) throw new Error(`beside the one that goes on, these run: ${running.join(', ')}`)
  }
  await countedAgain(before, patienceMs)
  await warnings.check()
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

/** What keeps this process alive, by kind. */
function resources(): Map<string, number> {
  const kinds = Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind)
  const counts = new Map([...kinds].map(([kind, all]) => [kind, all.length] as const))
  counts.delete('Immediate')
  return counts
}

/** How many of each there have been at least: those beside us wait with timers of their own, which come and go. */
class Fewest {
  readonly least = resources()

  look(): this {
    const now = resources()
    for (const [kind, count] of this.least) this.least.set(kind, Math.min(count, now.get(kind) ?? 0))
    return this
  }
}

async function fewest(): Promise<ReadonlyMap<string, number>> {
  const seen = new Fewest()
  for (let look = 0; look < 50; look++) {
    await pause(1)
    seen.look()
  }
  return seen.least
}

async function countedAgain(before: ReadonlyMap<string, number>, patienceMs: number): Promise<void> {
  const seen = new Fewest()
  const more = (): [string, number][] =>
    [...seen.look().least].filter(([kind, count]) => count > (before.get(kind) ?? 0))
  await lasting(patienceMs, () => more().length > 0)
  const told = more().map(([kind, count]) => `${count} ${kind} instead of ${before.get(kind) ?? 0}`)
  if (told.length > 0) throw new Error(`left behind: ${told.join(', ')}`)
}

/** Waits while it lasts, for so long at most that this process has run. */
async function lasting(ms: number, lasts: () => boolean): Promise<void> {
  const clock = new AwakeClock(lookMs)
  while (lasts() && clock.look() < ms) await pause(lookMs)
}

/** What Node complains of: listeners that pile up, limits that make no sense. */
class Warnings implements Disposable {
  readonly #seen: string[] = []
  readonly #note = ({ name, message }: Error): void => void this.#seen.push(`${name}: ${message}`)

  constructor() {
    process.on('warning', this.#note)
  }

  async check(): Promise<void> {
    // They are told in a later tick.
    await pause(0)
    if (this.#seen.length > 0) throw new Error(`Node warned of ${this.#seen.join('; ')}`)
  }

  [Symbol.dispose](): void {
    process.off('warning', this.#note)
  }
}
