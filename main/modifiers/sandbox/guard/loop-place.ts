import type { Worker } from 'node:worker_threads'

type Profile = { nodes: { callFrame: { url: string }; positionTicks?: { line: number; ticks: number }[] }[] }

const lookMs = 25
/** A worker that does not answer is not waited for. */
const patienceMs = 700

/**
 * In which version and line of a modifier the worker spends its time, looked at from outside while it does, which
 * needs no permission of it; undefined where it cannot be had: on older runtimes, or within native code for long.
 */
export async function loopPlace(worker: Worker): Promise<{ version: number; line: number } | undefined> {
  // Node 24.8 or later.
  if (typeof (worker as Partial<Worker>).startCpuProfile !== 'function') return undefined
  const late = after(patienceMs)
  const profile = await Promise.race([look(worker).catch(() => undefined), late])
  return profile && busiest(profile)
}

async function look(worker: Worker): Promise<Profile> {
  const profile = await worker.startCpuProfile()
  await after(lookMs)
  return JSON.parse(await profile.stop()) as Profile
}

function busiest(profile: Profile): { version: number; line: number } | undefined {
  let most = 0
  let place: { version: number; line: number } | undefined
  for (const { callFrame, positionTicks } of profile.nodes) {
    const [, version] = /^modifier:(\d+)$/.exec(callFrame.url) ?? []
    if (version === undefined) continue
    for (const { line, ticks } of positionTicks ?? []) {
      if (ticks <= most) continue
      most = ticks
      place = { version: Number(version), line }
    }
  }
  return place
}

const after = (ms: number): Promise<undefined> => new Promise((resolve) => setTimeout(() => resolve(undefined), ms))
