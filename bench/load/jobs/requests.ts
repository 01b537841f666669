/** 1 KB responses over keep-alive connections, one request at a time on each, as fast as they are answered. */
import { quantile } from '../../measure/statistics.ts'
import { costOf } from '../cost.ts'
import type { Figures, JobOf, Trouble } from '../job.ts'
import { verify, WrongBytes } from '../pattern.ts'
import { ResponseReader } from '../response-reader.ts'
import { dial, requestHead } from '../route.ts'

const BODY = 1024

export async function runRequests(job: JobOf<'requests'>, trouble: Trouble): Promise<Figures> {
  const head = requestHead(job.route, '/1k')
  let left = 0
  let pending = 0
  let latencies: number[] = []
  let done = Promise.withResolvers<undefined>()
  const senders: (() => void)[] = []

  for (let index = 0; index < job.connections; index++) {
    const socket = await trouble.race(dial(job.route, trouble.open))
    let sent = 0
    const send = (): void => {
      left--
      pending++
      sent = performance.now()
      socket.write(head)
    }
    const reader = new ResponseReader({
      onBody: verify,
      onEnd: (length) => {
        if (length !== BODY) throw new WrongBytes(`${length} bytes instead of ${BODY}`)
        latencies.push(performance.now() - sent)
        pending--
        if (left > 0) send()
        else if (pending === 0) done.resolve(undefined)
      },
    })
    trouble.watch(socket, (data) => reader.feed(data))
    senders.push(send)
  }

  const exchange = (count: number) => async (): Promise<void> => {
    left = count
    latencies = []
    done = Promise.withResolvers()
    for (const send of senders) if (left > 0) send()
    await trouble.race(done.promise)
  }
  await exchange(job.warm)()
  const { cpu, wall } = await costOf(job.pid, exchange(job.count))
  return {
    cpuUs: cpu / job.count / 1e3,
    perSecond: job.count / (wall / 1e9),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  }
}
