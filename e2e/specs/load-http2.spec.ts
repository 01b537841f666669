/**
 * A large response to a client that stops reading, where one side or both speak HTTP/2: memory stays flat, and other
 * streams of the same connection do not notice. Long form and its settings: e2e/README.md.
 */
import { expect } from 'vitest'
import { peakBytes, residentBytes } from '../../bench/measure/memory.ts'
import { connectHttp2Client, startHttp2Origin } from '../../main/testing/http2-ends.ts'
import { startEndlessOrigin } from '../fixtures/endless-origin.ts'
import { answerEndless, Http2Reader } from '../fixtures/http2-reader.ts'
import { PacedReader } from '../fixtures/paced-reader.ts'
import { report } from '../fixtures/report.ts'
import { startSpillway } from '../fixtures/spillway.ts'
import { test } from '../fixtures/test.ts'

const MiB = 1024 * 1024
const gigabytes = Number(process.env['SPILLWAY_LOAD_GB'] ?? 0.3)
const total = gigabytes * 1e9
/** What a stalled one may have been sent, and what is read at full speed beside it. */
const beginning = 2 * MiB
const beside = 100 * MiB

type Reader = { received: number; readTo(length: number): Promise<void> }

const pairings = [
  ['HTTP/2', 'HTTP/2'],
  ['HTTP/2', 'HTTP/1.1'],
  ['HTTP/1.1', 'HTTP/2'],
] as const

test.for(pairings)(
  `${gigabytes} GB from an origin to a client that stalls: %s to %s`,
  // An end to what hangs: a machine that is busy takes minutes for some GB.
  { timeout: 60_000 + gigabytes * 120_000 },
  async ([client, origin], { certificates }) => {
    await using plain = await startEndlessOrigin(certificates)
    await using modern = await startHttp2Origin((stream, _list, headers) =>
      answerEndless(stream, headers[':path'] ?? ''),
    )
    const url = new URL(origin === 'HTTP/2' ? `https://${modern.authority}` : plain.https)
    await using spillway = await startSpillway(['--stream', '3m', '--insecure'])
    await using session = await connectHttp2Client(spillway.listeningPort, url.host, spillway.caPem)
    const open = async (bytes: number): Promise<Reader> => {
      if (client === 'HTTP/2') return new Http2Reader(session.ask(`/stream/${bytes}`))
      return PacedReader.open(spillway, new URL(`/stream/${bytes}`, url))
    }
    const speed = async (): Promise<number> => {
      const reader = await open(beside)
      const began = performance.now()
      await reader.readTo(beside)
      return (beside / MiB / (performance.now() - began)) * 1000
    }
    await speed()
    const before = residentBytes(spillway.pid)
    const alone = await speed()
    const stalled = await open(total)
    await stalled.readTo(beginning)
    if (stalled instanceof PacedReader) await stalled.readAt(0, 1)
    // The better of two: a machine that is busy with others is not so all the time.
    const whileStalled = Math.max(await speed(), await speed())
    const held = residentBytes(spillway.pid)
    await stalled.readTo(total)
    const peak = peakBytes(spillway.pid)
    const aloneAgain = await speed()
    const grown = (bytes: number): number => Math.round((bytes - before) / MiB)
    report(
      `${gigabytes} GB, client ${client}, origin ${origin}`,
      `alone ${Math.round(alone)} MiB/s, beside the stalled one ${Math.round(whileStalled)} MiB/s`,
      `resident before ${Math.round(before / MiB)} MiB; stalled +${grown(held)}; peak +${grown(peak)}`,
    )
    expect(stalled.received).toBe(total)
    expect((peak - before) / MiB).toBeLessThan(64)
    expect(whileStalled / Math.min(alone, aloneAgain)).toBeGreaterThan(0.4)
  },
)
