/**
 * How much slower a machine is at the moment than the one that limits in milliseconds were set on. A virtual machine whose
 * processors are others' meanwhile, or one of half the speed, is no failure of the code under test; a limit times this is
 * still one that the code can miss.
 */

/** What a piece of the work takes on the machine of the limits when it has something else to do as well, in ms. */
const usualMs = 4

/** Some of what programs do: objects, strings, a map, a sort. Stands alone: it is sent to pages as text. Answers in ms. */
function piece(): number {
  const begun = performance.now()
  const rows = Array.from({ length: 3000 }, (_, n) => ({ id: n, path: `/v1/users/${(n * 7919) % 10_007}/orders` }))
  rows.sort((a, b) => (a.path < b.path ? -1 : 1))
  const seen = new Map<string, number>()
  for (const { path, id } of rows) seen.set(path.slice(3, 12), id)
  if ((JSON.parse(JSON.stringify(rows)) as unknown[]).length !== rows.length || seen.size === 0) throw new Error('lost')
  return performance.now() - begun
}

/** Stands alone as well. */
async function pieces(one: () => number): Promise<number[]> {
  const took: number[] = []
  for (let n = 0; n < 30; n++) {
    took.push(one())
    await new Promise((resolve) => setTimeout(resolve))
  }
  return took
}

export type Slowness = {
  /** 1 on the machine of the limits, 2 where things take twice as long; never less than 1. */
  times: number
  /** How long a piece was held up at worst by what else the machine does, in ms. */
  stalledMs: number
}

/** The first third is left out, in which the work is compiled. */
function slownessOf(took: readonly number[]): Slowness {
  const warm = took.slice(Math.floor(took.length / 3))
  const mean = warm.reduce((sum, ms) => sum + ms, 0) / warm.length
  return { times: Math.max(1, mean / usualMs), stalledMs: Math.max(0, Math.max(...warm) - usualMs) }
}

/** Takes a tenth of a second. */
export const slowness = async (): Promise<Slowness> => slownessOf(await pieces(piece))

/** The same in a page, on the thread that draws it. */
export async function slownessIn(page: { evaluate(text: string): Promise<unknown> }): Promise<Slowness> {
  return slownessOf((await page.evaluate(`(${pieces.toString()})(${piece.toString()})`)) as number[])
}

/** The machine of the limits, when nothing else is done on it. */
export const quiet: Slowness = { times: 1, stalledMs: 0 }

/** What a limit set for a quiet machine means on one that is so slow, in ms. */
export const stretched = (limitMs: number, { times, stalledMs }: Slowness): number => limitMs * times + stalledMs

/** "in time" if it took less than the limit, or is late by no more than the machine is slow; otherwise what is wrong. */
export async function inTime(tookMs: number, limitMs: number): Promise<string> {
  if (tookMs < limitMs) return 'in time'
  const slow = await slowness()
  if (tookMs < stretched(limitMs, slow)) return 'in time'
  return `${tookMs} ms of ${limitMs}, on a machine ${slow.times} times as slow as usual that stalls for ${slow.stalledMs} ms`
}
