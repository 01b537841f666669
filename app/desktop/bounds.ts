/** Where the window was, kept between starts, and looked at before it is believed: displays come and go. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Rectangle } from 'electron'
import * as v from 'valibot'

const pixels = v.pipe(v.number(), v.integer(), v.minValue(-100_000), v.maxValue(100_000))
const kept = v.object({ x: pixels, y: pixels, width: pixels, height: pixels, maximized: v.boolean() })

export type Kept = v.InferOutput<typeof kept>
/** Without x and y the system chooses. */
export type Place = { width: number; height: number; x?: number; y?: number; maximized: boolean }

export const smallest = { width: 760, height: 480 }
const usual = { width: 1360, height: 860 }
/** Of the title bar this much must be on a display to be grasped. */
const grip = { width: 120, height: 24 }

/** `found`: what was kept, in whatever state. `areas`: the displays' work areas, the main one first; never empty. */
export function placeOf(found: unknown, areas: readonly Rectangle[]): Place {
  const read = v.safeParse(kept, found)
  const wanted = read.success ? read.output : { ...usual, maximized: false }
  const home = read.success ? areas.find((area) => isGraspable(read.output, area)) : undefined
  const room = home ?? areas[0] ?? usual
  const size = {
    width: clamp(wanted.width, smallest.width, room.width),
    height: clamp(wanted.height, smallest.height, room.height),
    maximized: wanted.maximized,
  }
  return read.success && home ? { ...size, x: read.output.x, y: read.output.y } : size
}

function isGraspable({ x, y, width }: Kept, area: Rectangle): boolean {
  const seen = Math.min(x + width, area.x + area.width) - Math.max(x, area.x)
  return seen >= grip.width && y >= area.y && y + grip.height <= area.y + area.height
}

/** A display smaller than the smallest window does not make it smaller. */
const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, most))

/** Undefined when there is none, or it cannot be read: a window opens all the same. */
export function readKept(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** For the next start. */
export function keep(file: string, bounds: Kept): void {
  try {
    writeFileSync(file, JSON.stringify(bounds), { mode: 0o600 })
  } catch {
    // A full disk does not keep a window open.
  }
}
