/** Under which conditions the table was made: without them its figures mean nothing. */
import { cpus, release, totalmem } from 'node:os'
import type { Contestant } from '../contestants/contestant.ts'
import type { Lab } from '../lab/lab.ts'
import type { Plan } from '../rows/rounds.ts'

export function describeConditions(lab: Lab, plan: Plan, rounds: number, minutes: number, loadBefore: number): string {
  const machine = `${cpus()[0]?.model.trim() ?? '?'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`
  const version = (contestant: Contestant): string => `${contestant.name} ${contestant.version()}`
  const proxies = plan.contestants.filter((contestant) => contestant.onlyLatency === undefined)
  const work = ({ name, work }: Contestant): string =>
    `${name} ${work.requests} / ${work.megabytes} MB / ${work.multiplexed} MB / ${work.hosts}`
  return [
    `- ${new Date().toISOString().slice(0, 10)}, ${machine}, Linux ${release()}, Node ${process.versions.node} (OpenSSL ${process.versions.openssl}), load average before ${loadBefore.toFixed(2)}`,
    `- ${plan.contestants.map(version).join(', ')}`,
    `- ${rounds} interleaved rounds in ${minutes.toFixed(1)} minutes, medians; × is the median of each round's ratio to HAProxy`,
    `- proxy alone on core ${lab.cores.proxy}, client and origins on ${lab.cores.load}; CPU (user and system, all threads and children) from /proc`,
    `- requests / stream / HTTP/2 streams / new hosts given to each: ${proxies.map(work).join(', ')}${plan.share === 1 ? '' : `, all × ${plan.share}`}`,
  ].join('\n')
}
