/** One large response on one connection, read as fast as it comes. */
import { costOf } from '../cost.ts'
import type { Figures, JobOf, Trouble } from '../job.ts'
import { verify, WrongBytes } from '../pattern.ts'
import { ResponseReader } from '../response-reader.ts'
import { dial, requestHead } from '../route.ts'

export async function runStream(job: JobOf<'stream'>, trouble: Trouble): Promise<Figures> {
  let done = Promise.withResolvers<number>()
  const reader = new ResponseReader({ onBody: verify, onEnd: (length) => done.resolve(length) })
  const socket = await trouble.race(dial(job.route, trouble.open))
  trouble.watch(socket, (data) => reader.feed(data))

  const download = (bytes: number) => async (): Promise<void> => {
    done = Promise.withResolvers()
    socket.write(requestHead(job.route, `${job.path}/${bytes}`))
    const length = await trouble.race(done.promise)
    if (length !== bytes) throw new WrongBytes(`${length} bytes instead of ${bytes}`)
  }
  if (job.warmBytes > 0) await download(job.warmBytes)()
  const { cpu, wall } = await costOf(job.pid, download(job.bytes))
  return { cpuMsPerGb: (cpu / job.bytes) * 1e3, mbPerSecond: job.bytes / 1e6 / (wall / 1e9) }
}
