/** What goes wrong where and when: a pure function of a number, so that the number is all it takes to see it again. */
import { Random } from '../fuzz/random.ts'

/**
 * What the client speaks and, behind the dash, the origin where it speaks something else; "in-h2": within a tunnel that
 * is a stream of HTTP/2.
 */
export const ways = [
  'http',
  'https',
  'h2',
  'h2-http',
  'http-h2',
  'h2c',
  'upgrade',
  'tunnel',
  'tunnel-in-h2',
  'https-in-h2',
] as const
export type Way = (typeof ways)[number]

export const deliveries = ['buffered', 'streamed', 'crossover', 'modified'] as const
export type Delivery = (typeof deliveries)[number]

/** In the order in which a conversation comes to them. */
export const phases = [
  'connect',
  'connect-request',
  'hello',
  'request-head',
  'request-body',
  'request-trailers',
  'waiting',
  'response-head',
  'response-body',
  'response-trailers',
  'idle',
  'again',
] as const
export type Phase = (typeof phases)[number]

/**
 * `stall`: neither direction moves any more, until it goes on, until that end is reset, or until a limit of the
 * proxy has ended the flow.
 */
export const faults = ['reset', 'close', 'half-close', 'stall-resume', 'stall-reset', 'stall-limit'] as const
export type Fault = (typeof faults)[number]

export type Scenario = {
  seed: number
  way: Way
  delivery: Delivery
  /** Whose wire breaks. */
  side: 'client' | 'origin'
  fault: Fault
  phase: Phase
  /** Which bytes are counted from the beginning of the phase on, and how many of them still pass. */
  direction: 'to-proxy' | 'from-proxy'
  after: number
  requestBytes: number
  responseBytes: number
}

const KiB = 1024

export function scenarioOf(seed: number): Scenario {
  const random = new Random(seed)
  // Consecutive seeds go through all of them; the rest is left to chance.
  const way = ways[seed % ways.length] ?? 'http'
  const side = random.of(['client', 'origin'] as const)
  const phase = random.of(phasesOf(way, side))
  const fault = random.of(faults.filter((fault) => fault !== 'stall-limit' || isLimited(way, side, phase)))
  return {
    ...{ seed, way, side, phase, fault },
    delivery: random.of(deliveries),
    direction: random.of(['to-proxy', 'from-proxy'] as const),
    after: random.of([0, 0, 1, random.below(20), random.below(400), random.below(2000), random.below(200 * KiB)]),
    requestBytes: random.of([1, random.below(3000) + 1, 200 * KiB]),
    responseBytes: random.of([1, random.below(3000) + 1, 60 * KiB, 1024 * KiB]),
  }
}

export function isTls(way: Way): boolean {
  return way === 'https' || way === 'https-in-h2' || way === 'h2' || way === 'h2-http' || way === 'http-h2'
}

/** Of the origin. */
export function speaksHttp2(way: Way): boolean {
  return way === 'h2' || way === 'http-h2' || way === 'h2c'
}

/** Nobody's business: bytes, of which the origin says the first. */
export function isTunnel(way: Way): boolean {
  return way === 'tunnel' || way === 'tunnel-in-h2'
}

/** What has no end that its client could tell from a cut. */
export function isOpaque(way: Way): boolean {
  return way === 'upgrade' || isTunnel(way)
}

function phasesOf(way: Way, side: Scenario['side']): Phase[] {
  const opaque = isOpaque(way)
  return phases.filter((phase) => {
    switch (phase) {
      case 'connect-request':
        return side === 'client' && (isTunnel(way) || way === 'h2c' || isTls(way))
      case 'hello':
        return isTls(way)
      case 'request-head':
      case 'waiting':
      case 'response-head':
        return !isTunnel(way)
      case 'request-body':
      case 'response-body':
      case 'connect':
      case 'idle':
        return true
      case 'request-trailers':
      case 'response-trailers':
      case 'again':
        return !opaque
    }
  })
}

/** Whether there is a flow that a limit can end, or a connection to an origin that has a limit of its own. */
function isLimited(way: Way, side: Scenario['side'], phase: Phase): boolean {
  if (isOpaque(way)) return phase === 'request-body' || phase === 'response-body'
  // What a client has begun has a minute, what is kept ready has none.
  const within: readonly Phase[] = ['request-body', 'request-trailers', 'waiting', 'response-head', 'response-body']
  return within.includes(phase) || (side === 'origin' && (phase === 'request-head' || phase === 'hello'))
}

/** In words, with how to see it again. */
export function describeScenario(scenario: Scenario): string {
  const { seed, way, delivery, side, phase, fault, after, direction, requestBytes, responseBytes } = scenario
  const what = `${way}, ${delivery}: ${fault} of the ${side}'s wire, ${after} bytes (${direction}) into ${phase}`
  return `${what}; bodies of ${requestBytes} and ${responseBytes} bytes (npm run soak -- --seed ${seed} --count 1)`
}
