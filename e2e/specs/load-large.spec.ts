/**
 * A large response to a client that reads slowly, then not at all, then at full speed, beside a second one that always
 * reads at full speed: memory stays flat, and the second does not notice. Long form and its settings: e2e/README.md.
 */
import { expect } from 'vitest'
import { peakBytes, residentBytes } from '../../bench/measure/memory.ts'
import { startEndlessOrigin } from '../fixtures/endless-origin.ts'
import { PacedReader } from '../fixtures/paced-reader.ts'
import { report } from '../fixtures/report.ts'
import { startSpillway } from '../fixtures/spillway.ts'
import { test } from '../fixtures/test.ts'

const MB = 1e6
const MiB = 1024 * 1024
const gigabytes = Number(process.env['SPILLWAY_LOAD_GB'] ?? 1)
/** The long form, as the issue has it: 10 GB, 20 s slow, 10 s not at all. */
const long = gigabytes >= 10
const [slowMs, stalledMs] = long ? [20_000, 10_000] : [3000, 1000]
const schemes = ['http', 'https'] as const

test.for(schemes)(
  `${gigabytes} GB to a slow reader over %s, beside a fast one`,
  { timeout: 60_000 + gigabytes * 60_000 },
  async (scheme, { certificates }) => {
    await using origin = await startEndlessOrigin(certificates)
    await using spillway = await startSpillway(['--stream', '3m', '--origin-ca', certificates.ca])
    const open = (bytes: number) => PacedReader.open(spillway, new URL(`${origin[scheme]}/stream/${bytes}`))
    // A warm start: code is loaded and compiled, and a buffer of each kind exists.
    using warm = await open(2 * MiB)
    await warm.readTo(2 * MiB)
    const before = residentBytes(spillway.pid)

    using fast = await open(Number.MAX_SAFE_INTEGER)
    await fast.readTo(50 * MiB)
    const alone = await fast.speed(1500)
    const peakAlone = peakBytes(spillway.pid)
    const total = gigabytes * 1e9
    using slow = await open(total)
    const slowPart = slow.readAt(MB, slowMs).then(() => slow.readAt(0, stalledMs))
    const beside = await fast.speed(slowMs + stalledMs)
    await slowPart
    expect(slow.received).toBeGreaterThan((0.8 * MB * slowMs) / 1000)
    expect(slow.received).toBeLessThan((1.2 * MB * slowMs) / 1000 + MiB)
    const whileStalled = residentBytes(spillway.pid)

    const began = performance.now()
    await slow.readTo(total)
    const full = ((total / MB) * 1000) / (performance.now() - began)
    const peak = peakBytes(spillway.pid)
    const aloneAgain = await fast.speed(1500)
    const grown = (bytes: number): number => Math.round((bytes - before) / MiB)
    report(
      `${gigabytes} GB over ${scheme}, slow beside fast`,
      `fast alone ${Math.round(alone.usual / MB)} MB/s, beside the slow one ${Math.round(beside.usual / MB)} MB/s; both at full speed: the slow one's rest at ${Math.round(full)} MB/s`,
      `resident before ${Math.round(before / MiB)} MiB; fast alone up to +${grown(peakAlone)}; slow one stalled +${grown(whileStalled)}; peak +${grown(peak)}`,
    )
    // What both add to a proxy at rest, in all.
    expect((peak - before) / MiB).toBeLessThan(40)
    // Whoever waits for another is slow all the time; a machine that is busy meanwhile is not, nor before and behind.
    expect(beside.best / Math.min(alone.usual, aloneAgain.usual)).toBeGreaterThan(0.7)
  },
)
