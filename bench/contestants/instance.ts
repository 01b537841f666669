/** One running proxy. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Job } from '../load/job.ts'
import type { Protocol, Route } from '../load/route.ts'
import type { Lab } from '../lab/lab.ts'
import { originOf } from '../lab/origins.ts'
import { cpuNs } from '../measure/cpu.ts'
import { freePorts } from '../measure/listening.ts'
import { startProcess, untilListening, type OwnedProcess } from '../measure/owned-process.ts'
import type { Contestant, Mode, Ports, Setting } from './contestant.ts'

export interface Instance {
  readonly owned: OwnedProcess
  /** From spawning to listening. */
  readonly start: { readonly wallMs: number; readonly cpuMs: number }
  readonly route: (kind: Job['kind'], protocol: Protocol) => Route
  readonly stop: () => Promise<void>
}

async function choosePorts(form: Contestant['form']): Promise<Ports> {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = await freePorts(7)
  if (form === 'reverse')
    return { small: { http: a, https: b, http2: f }, live: { http: c, https: d, http2: g }, mint: e }
  const one = { http: a, https: a, http2: a }
  return { small: one, live: one, mint: a }
}

/** `bare`: without the wrapper that gives it our host names, which would be counted as its starting time. */
export async function launch(lab: Lab, contestant: Contestant, mode: Mode, bare = false): Promise<Instance> {
  const home = mkdtempSync(join(lab.folder, `${contestant.name}-`))
  const setting: Setting = { lab, home, ports: await choosePorts(contestant.form), mode }
  contestant.prepare?.(setting)
  const command = ['taskset', '-c', lab.cores.proxy, ...contestant.command(setting)]
  const started = performance.now()
  const owned = startProcess(
    [...(bare ? [] : lab.names.prefix), ...command],
    join(lab.folder, `${contestant.name}.err`),
  )
  const stop = async (): Promise<void> => {
    await owned.stop()
    rmSync(home, { recursive: true, force: true })
  }
  try {
    await untilListening(owned, setting.ports.live.http)
  } catch (error) {
    await stop()
    throw error
  }
  const start = { wallMs: performance.now() - started, cpuMs: cpuNs(owned.pid) / 1e6 }
  const route: Instance['route'] = (kind, protocol) => {
    const origin = originOf[kind]
    return {
      port: kind === 'new-hosts' ? setting.ports.mint : setting.ports[origin][protocol],
      form: contestant.form,
      origin: { host: lab.names.origin, port: lab.origins[origin][protocol] },
      protocol,
      caFile: protocol === 'http' ? undefined : contestant.caFile(setting),
    }
  }
  return { owned, start, route, stop }
}
