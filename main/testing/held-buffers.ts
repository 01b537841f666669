import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { eventually } from './eventually.ts'

/** The memory that buffers take since a moment, without what nobody holds any more and nobody has collected yet. */
export interface HeldBuffers {
  /** Resolves when they hold less than so many bytes more than at that moment. Rejects after five seconds. */
  below(bytes: number): Promise<void>
}

export function watchHeldBuffers(): HeldBuffers {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const now = (): number => {
    collect()
    return process.memoryUsage().arrayBuffers
  }
  const before = now()
  return {
    async below(bytes) {
      let held = 0
      // Another thread frees what was collected, when it gets to it.
      await eventually(() => (held = now() - before) < bytes).catch((cause: unknown) => {
        throw new Error(`buffers hold ${held} bytes more, and not less than ${bytes}`, { cause })
      })
    },
  }
}
