import type { Worker } from 'node:worker_threads'

/** Lines and columns of compiled code, from 1. A profile knows no columns. */
export type LoopPlace = { line: number; column: number | undefined }

type Report = { workers?: { javascriptStack?: { stack?: string[] } }[] }
type Profile = {
  nodes: { callFrame: { url: string; lineNumber: number }; positionTicks?: { line: number; ticks: number }[] }[]
}

const tries = 4
/** One look may be at the wrong moment. */
const wanted = 2
const graceMs = 50
/** A busy machine leaves a short one without a look at more than the beginning. */
const profilesMs = [25, 100, 300]
const profilesPatienceMs = 4000
/** A worker that does not answer is not waited for. */
const patienceMs = 1500

/**
 * Where in a modifier's code the worker spends its time, looked at from outside while it does, which needs no
 * permission of it. Undefined where it cannot be had: on older runtimes, or while it is within native code for long.
 */
export async function loopPlace(worker: Worker): Promise<LoopPlace | undefined> {
  // From Node 24 on; it tells whether the worker can be interrupted, for which a report would wait without end.
  if (typeof (worker as Partial<Worker>).getHeapStatistics !== 'function') return undefined
  const answers = worker.getHeapStatistics().then(
    () => true,
    () => false,
  )
  if (!(await Promise.race([answers, after(patienceMs)]))) return undefined
  // Whoever can go on has the time for it.
  await after(graceMs)
  const places: LoopPlace[] = []
  for (let count = 0; count < tries && places.length < wanted; count++) {
    const place = fromReport()
    if (place) places.push(place)
    await after(1)
  }
  // Between its steps a chain of promises has no stack, but it has a profile.
  if (places.length < wanted) {
    const place = await Promise.race([fromProfile(worker).catch(() => undefined), after(profilesPatienceMs)])
    if (place) places.push(place)
  }
  // A function that goes on is seen at its first line, too, wherever it goes on: that is before any line of it.
  return places.reduce<LoopPlace | undefined>(
    (last, place) => (last && last.line >= place.line ? last : place),
    undefined,
  )
}

function fromReport(): LoopPlace | undefined {
  // Not in its types yet; to look at the network takes long and is no use.
  Object.assign(process.report, { excludeNetwork: true })
  const { workers } = process.report.getReport() as Report
  for (const frame of workers?.[0]?.javascriptStack?.stack ?? []) {
    // Only what was evaluated has no name here: a modifier.
    const [, line, column] = /^at .*\(:(\d+):(\d+)\)$/.exec(frame) ?? []
    if (line !== undefined && column !== undefined) return { line: Number(line), column: Number(column) }
  }
  return undefined
}

async function fromProfile(worker: Worker): Promise<LoopPlace | undefined> {
  // Node 24.8 or later.
  if (typeof (worker as Partial<Worker>).startCpuProfile !== 'function') return undefined
  let first: LoopPlace | undefined
  for (const ms of profilesMs) {
    const profile = await worker.startCpuProfile()
    await after(ms)
    const { nodes } = JSON.parse(await profile.stop()) as Profile
    const ticks = nodes
      .filter(({ callFrame }) => callFrame.url.startsWith('modifier:'))
      .flatMap(({ callFrame, positionTicks = [] }) =>
        positionTicks.map((place) => ({ ...place, isFirst: place.line === callFrame.lineNumber + 1 })),
      )
      .sort((a, b) => b.ticks - a.ticks)
    // Its first line, counted from 0, is also where a function is whenever it goes on: no line of it, if there is another.
    const inside = ticks.find(({ isFirst }) => !isFirst)
    if (inside) return { line: inside.line, column: undefined }
    if (ticks[0]) first = { line: ticks[0].line, column: undefined }
  }
  return first
}

const after = (ms: number): Promise<undefined> => new Promise((resolve) => setTimeout(() => resolve(undefined), ms))
