/** A new connection, certificate and handshake for each of many names, then one 1 KB request. */
import type { Socket } from 'node:net'
import { costOf } from '../cost.ts'
import type { Figures, JobOf, Trouble } from '../job.ts'
import { verify, WrongBytes } from '../pattern.ts'
import { ResponseReader } from '../response-reader.ts'
import { dial, requestHead } from '../route.ts'

const CONCURRENT = 4

export async function runNewHosts(job: JobOf<'new-hosts'>, trouble: Trouble): Promise<Figures> {
  const visit = async (host: string): Promise<void> => {
    const route = { ...job.route, origin: { host, port: job.route.origin.port } }
    const socket: Socket = await dial(route, trouble.open)
    const done = Promise.withResolvers<number>()
    const reader = new ResponseReader({ onBody: verify, onEnd: (length) => done.resolve(length) })
    const gone = (): void => done.reject(new Error(`${host}: closed before the response`))
    socket.on('close', gone)
    socket.on('error', (error) => done.reject(error))
    socket.on('data', (data: Buffer) => {
      try {
        reader.feed(data)
      } catch (error) {
        done.reject(error)
      }
    })
    socket.write(requestHead(route, '/1k'))
    const length = await done.promise
    socket.off('close', gone).destroy()
    if (length !== 1024) throw new WrongBytes(`${length} bytes instead of 1024`)
  }
  const visitAll = (hosts: readonly string[]) => async (): Promise<void> => {
    const waiting = [...hosts]
    const visitor = async (): Promise<void> => {
      for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) await visit(host)
    }
    await trouble.race(Promise.all(Array.from({ length: CONCURRENT }, visitor)))
  }
  await visitAll(job.warm)()
  const { cpu, wall } = await costOf(job.pid, visitAll(job.hosts))
  return { cpuMs: cpu / job.hosts.length / 1e6, wallMs: wall / job.hosts.length / 1e6 }
}
