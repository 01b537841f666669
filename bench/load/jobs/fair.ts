/**
 * Many large responses at once, each on a connection of its own: from the moment at which all have begun until the
 * first is through, how far the slowest has come, against the mean.
 */
import { costOf } from '../cost.ts'
import type { Figures, JobOf, Trouble } from '../job.ts'
import { verify } from '../pattern.ts'
import { ResponseReader } from '../response-reader.ts'
import { dial, requestHead } from '../route.ts'

export async function runFair(job: JobOf<'fair'>, trouble: Trouble): Promise<Figures> {
  const got = new Array<number>(job.connections).fill(0)
  const done = Promise.withResolvers<undefined>()
  let begun: number[] | undefined
  let through = 0
  let slowest = 0
  const senders: (() => void)[] = []
  for (let index = 0; index < job.connections; index++) {
    const reader = new ResponseReader({
      onBody: (piece, offset) => {
        verify(piece, offset)
        got[index] = offset + piece.length
        if (!begun && offset === 0 && got.every((bytes) => bytes > 0)) begun = [...got]
      },
      onEnd: () => {
        if (through++ === 0) slowest = slowestOf(got, begun)
        if (through === job.connections) done.resolve(undefined)
      },
    })
    const socket = await trouble.race(dial(job.route, trouble.open))
    trouble.watch(socket, (data) => reader.feed(data))
    senders.push(() => socket.write(requestHead(job.route, `${job.path}/${job.bytes}`)))
  }
  const { wall } = await costOf(job.pid, async () => {
    for (const send of senders) send()
    await trouble.race(done.promise)
  })
  return { slowest, mbPerSecond: (job.connections * job.bytes) / 1e6 / (wall / 1e9) }
}

function slowestOf(got: readonly number[], begun: readonly number[] | undefined): number {
  if (!begun) return 0
  const progress = got.map((bytes, index) => bytes - (begun[index] ?? 0))
  return Math.min(...progress) / (progress.reduce((sum, bytes) => sum + bytes, 0) / progress.length)
}
