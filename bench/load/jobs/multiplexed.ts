/** Many responses at once over one connection of HTTP/2: small ones one after the other, or large ones side by side. */
import { costOf } from '../cost.ts'
import { Http2Client } from '../http2-client.ts'
import type { Figures, JobOf, Trouble } from '../job.ts'
import { verify, WrongBytes } from '../pattern.ts'
import { dial } from '../route.ts'

const SMALL = 1024

/** `onEnd`: a response is complete, and of the length that was expected. */
async function connect(
  { route }: JobOf<'multiplexed-requests' | 'multiplexed-streams'>,
  trouble: Trouble,
  expected: () => number,
  onEnd: () => void,
): Promise<Http2Client> {
  const socket = await trouble.race(dial(route, trouble.open))
  const client = new Http2Client(socket, `${route.origin.host}:${route.origin.port}`, {
    onBody: verify,
    onEnd: (length) => {
      if (length !== expected()) throw new WrongBytes(`${length} bytes instead of ${expected()}`)
      onEnd()
    },
  })
  trouble.watch(socket, (data) => client.feed(data))
  return client
}

/** So many at once that the next is asked for when one is complete. */
export async function runMultiplexedRequests(job: JobOf<'multiplexed-requests'>, trouble: Trouble): Promise<Figures> {
  let left = 0
  let pending = 0
  let done = Promise.withResolvers<undefined>()
  const ask = (): void => {
    left--
    pending++
    client.ask('/1k')
  }
  const client = await connect(
    job,
    trouble,
    () => SMALL,
    () => {
      pending--
      if (left > 0) ask()
      else if (pending === 0) done.resolve(undefined)
    },
  )
  const exchange = (count: number) => async (): Promise<void> => {
    left = count
    done = Promise.withResolvers()
    while (left > 0 && pending < job.streams) ask()
    client.flush()
    await trouble.race(done.promise)
  }
  await exchange(job.warm)()
  const { cpu, wall } = await costOf(job.pid, exchange(job.count))
  return { cpuUs: cpu / job.count / 1e3, perSecond: job.count / (wall / 1e9) }
}

/** All are asked for in one write. */
export async function runMultiplexedStreams(job: JobOf<'multiplexed-streams'>, trouble: Trouble): Promise<Figures> {
  let length = 0
  let pending = 0
  let done = Promise.withResolvers<undefined>()
  const client = await connect(
    job,
    trouble,
    () => length,
    () => {
      if (--pending === 0) done.resolve(undefined)
    },
  )
  const download = (bytes: number) => async (): Promise<void> => {
    length = bytes
    pending = job.streams
    done = Promise.withResolvers()
    for (let stream = 0; stream < job.streams; stream++) client.ask(`/stream/${bytes}`)
    client.flush()
    await trouble.race(done.promise)
  }
  await download(job.warmBytes)()
  const { cpu, wall } = await costOf(job.pid, download(job.bytes))
  const total = job.streams * job.bytes
  return { cpuMsPerGb: (cpu / total) * 1e3, mbPerSecond: total / 1e6 / (wall / 1e9) }
}
