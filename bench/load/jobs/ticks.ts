/**
 * A Server-Sent Events stream that says every 5 ms when it was sent. Origin and client share the machine's monotonic
 * clock, so the difference is the one-way latency. It is cut by nobody: the job ends with the origin's last event.
 */
import { quantile } from '../../measure/statistics.ts'
import type { Figures, JobOf, Trouble } from '../job.ts'
import { WrongBytes } from '../pattern.ts'
import { ResponseReader } from '../response-reader.ts'
import { dial, requestHead } from '../route.ts'

export async function runTicks(job: JobOf<'ticks'>, trouble: Trouble): Promise<Figures> {
  const done = Promise.withResolvers<undefined>()
  const microseconds: number[] = []
  let arrived = 0n
  let text = ''
  const reader = new ResponseReader({
    onBody: (piece) => {
      text += piece.toString('latin1')
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const [, tick, sent] = /^data: (\d+) (\d+)$/.exec(text.slice(0, end)) ?? []
        if (Number(tick) !== microseconds.length || sent === undefined)
          throw new WrongBytes(`"${text.slice(0, end)}" instead of event ${microseconds.length}`)
        microseconds.push(Number(arrived - BigInt(sent)) / 1e3)
        text = text.slice(end + 2)
      }
    },
    onEnd: () => done.resolve(undefined),
  })
  const socket = await trouble.race(dial(job.route, trouble.open))
  trouble.watch(socket, (data) => {
    arrived = process.hrtime.bigint()
    reader.feed(data)
  })
  socket.write(requestHead(job.route, `${job.path}/${job.warm + job.count}`))
  await trouble.race(done.promise)
  if (microseconds.length !== job.warm + job.count || text !== '')
    throw new WrongBytes(`${microseconds.length} events instead of ${job.warm + job.count}`)
  const measured = microseconds.slice(job.warm)
  return { p50Us: quantile(measured, 0.5), p99Us: quantile(measured, 0.99) }
}
