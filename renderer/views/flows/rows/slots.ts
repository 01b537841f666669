/** Which element shows which flow: what stays in sight keeps its own, so that only what has come is drawn. */
import type { FlowId } from '../../../store/flows.ts'

export class Slots {
  #slotOf = new Map<FlowId, number>()

  /**
   * A slot for each of these, from 0: its own where it has one below `count`, else the lowest that is free. `count`: at
   * least as many as there are ids; which ids there were before is forgotten. The same ids get the same slots.
   */
  of(ids: readonly FlowId[], count: number): ReadonlyMap<FlowId, number> {
    const before = this.#slotOf
    const slotOf = new Map<FlowId, number>()
    const taken = new Uint8Array(Math.max(count, ids.length))
    for (const id of ids) {
      const slot = before.get(id)
      if (slot === undefined || slot >= taken.length) continue
      slotOf.set(id, slot)
      taken[slot] = 1
    }
    let free = 0
    for (const id of ids) {
      if (slotOf.has(id)) continue
      while (taken[free] === 1) free++
      slotOf.set(id, free++)
    }
    this.#slotOf = slotOf
    return slotOf
  }
}
