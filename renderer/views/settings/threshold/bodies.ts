/** The last bodies that came through, for the picture of the size rule. */
import { useEffect, useState } from 'react'
import type { FlowRow } from '../../../../app/contract/flow-row.ts'
import { flows } from '../../../store/flows.ts'
import { same } from '../rows/table.ts'

export const shownBodies = 60

/** Traffic may change the list sixty times a second; a picture people compare with may not. */
const everyMs = 500

/** Body sizes of the newest `count` flows that ended well, oldest first. A tunnel or an empty answer has no body. */
export function lastBodies(rows: Iterable<FlowRow>, count = shownBodies): number[] {
  const ring: number[] = []
  let at = 0
  for (const { state, mode, size } of rows) {
    if (state !== 'done' || size === 0 || (mode !== 'buffered' && mode !== 'streamed')) continue
    ring[at++ % count] = size
  }
  return at <= count ? ring : [...ring.slice(at % count), ...ring.slice(0, at % count)]
}

export function useLastBodies(): readonly number[] {
  const [bodies, setBodies] = useState(() => lastBodies(flows.rows.values()))
  useEffect(() => {
    let seen = -1
    const look = (): void => {
      if (seen === flows.version) return
      seen = flows.version
      const now = lastBodies(flows.rows.values())
      setBodies((before) => (same(before, now) ? before : now))
    }
    const timer = setInterval(look, everyMs)
    return () => clearInterval(timer)
  }, [])
  return bodies
}
