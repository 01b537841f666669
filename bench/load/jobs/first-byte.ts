/** From the request to the first byte of a body whose rest the origin holds back for 20 ms. */
import { quantile } from '../../measure/statistics.ts'
import type { Figures, JobOf, Trouble } from '../job.ts'
import { verify, WrongBytes } from '../pattern.ts'
import { ResponseReader } from '../response-reader.ts'
import { dial, requestHead } from '../route.ts'

/** Over the 1 MB from which Spillway and mitmproxy are told to stream. */
const BODY = 2 * 1024 * 1024

export async function runFirstByte(job: JobOf<'first-byte'>, trouble: Trouble): Promise<Figures> {
  const milliseconds: number[] = []
  let done = Promise.withResolvers<number>()
  let sent = 0
  const reader = new ResponseReader({
    onBody: (piece, offset) => {
      if (offset === 0) milliseconds.push(performance.now() - sent)
      verify(piece, offset)
    },
    onEnd: (length) => done.resolve(length),
  })
  const socket = await trouble.race(dial(job.route, trouble.open))
  trouble.watch(socket, (data) => reader.feed(data))
  for (let round = 0; round < job.warm + job.count; round++) {
    done = Promise.withResolvers()
    sent = performance.now()
    socket.write(requestHead(job.route, `/first-byte/${BODY}`))
    const length = await trouble.race(done.promise)
    if (length !== BODY) throw new WrongBytes(`${length} bytes instead of ${BODY}`)
  }
  return { p50Ms: quantile(milliseconds.slice(job.warm), 0.5) }
}
