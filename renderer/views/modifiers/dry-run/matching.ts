/** Which flows the modifier would run on in traffic; the host knows. */
import { useEffect, useState } from 'react'
import type { ModifierMatchFields, ModifierRow } from '../../../../app/contract/modifiers.ts'
import { client, faultOf } from '../../../client/index.ts'
import { useDryRun } from './run.ts'

/** Undefined: all of them, as far as is known. */
export function useMatching(row: ModifierRow): ReadonlySet<number> | undefined {
  const exported = useDryRun(({ of, exported }) => (of?.id === row.id ? exported : undefined)) ?? row.exported
  const match = Object.fromEntries(
    Object.entries({ ...exported, ...row.match }).filter(([, glob]) => glob !== undefined && glob !== ''),
  )
  // Rows are other objects after each change of anything.
  const key = JSON.stringify(match)
  const [found, setFound] = useState<{ key: string; ids: ReadonlySet<number> }>()
  useEffect(() => {
    if (key === '{}') return undefined
    const gone = new AbortController()
    client.call('modifiers.matching', { match: JSON.parse(key) as ModifierMatchFields }, gone.signal).then(
      ({ ids }) => {
        if (!gone.signal.aborted) setFound({ key, ids: new Set(ids) })
      },
      // Then they stand as they came.
      (error: unknown) => void faultOf(error),
    )
    return () => gone.abort()
  }, [key])
  return found?.key === key ? found.ids : undefined
}
