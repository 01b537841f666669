/**
 * `npm run soak [-- --minutes N] [--seed N] [--count N] [--beside N] [--clients N] [--streams N]`: rounds of scenarios with
 * consecutive seeds, half an hour of them, and 10,000 idle clients and 2,000 event streams at the beginning. `--count`:
 * so many scenarios and nothing else. What is wrong is told with its seed; then the exit code is 1.
 */
import { parseArgs } from 'node:util'
import { eventStreams } from './event-streams.ts'
import { idleClients } from './idle-clients.ts'
import { MemoryLevel } from './memory-level.ts'
import { playRound } from './round.ts'
import { sentencesOf } from './sentences.ts'

const perRound = 200

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string' },
    count: { type: 'string' },
    beside: { type: 'string', default: '8' },
    clients: { type: 'string', default: '10000' },
    streams: { type: 'string', default: '2000' },
  },
})
const [minutes, beside] = [Number(values.minutes), Number(values.beside)]
const [clients, streams] = [Number(values.clients), Number(values.streams)]
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 30) : Number(values.seed)
const count = values.count === undefined ? undefined : Number(values.count)
if (
  !(minutes > 0) ||
  !(beside > 0) ||
  !Number.isSafeInteger(seed) ||
  !(clients >= 0) ||
  !(streams >= 0) ||
  Number.isNaN(count)
) {
  say('--minutes, --seed, --count, --beside, --clients and --streams are numbers.')
  process.exit(2)
}

try {
  if (count === undefined && clients > 0) say(await idleClients(clients))
  if (count === undefined && streams > 0) say((await eventStreams(streams, 10)).join('; '))
  const deadline = performance.now() + minutes * 60_000
  const level = new MemoryLevel()
  for (let from = seed; ; from += perRound) {
    const seeds = Array.from({ length: Math.min(count ?? Infinity, perRound) }, (_, index) => from + index)
    const kinds = await playRound({ seeds, beside })
    const held = await level.check()
    say(`seeds ${from} to ${from + seeds.length - 1}: ${kinds.size} kinds of ends, nothing found; ${held}`)
    if (count === undefined ? performance.now() > deadline : from + perRound >= seed + count) break
  }
  process.exit(0)
} catch (error) {
  for (const sentence of sentencesOf(error)) say(sentence)
  process.exit(1)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
