/** Something that is loaded once for a component, and given up when the component goes. */
import { useCallback, useEffect, useState } from 'react'
import type { CallFault } from '../../../../../app/contract/wire.ts'
import { faultOf } from '../../../../client/index.ts'

export type Loaded<T> =
  { status: 'loading' } | { status: 'ready'; value: T } | { status: 'failed'; fault: CallFault; retry: () => void }

type Held<T> = { value: T } | { fault: CallFault } | undefined

/** `load` must be the same function for the same thing (useCallback): another one is loaded anew. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [held, setHeld] = useState<{ of: unknown; result: Held<T> }>({ of: load, result: undefined })
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    const interest = new AbortController()
    load(interest.signal).then(
      (value) => !interest.signal.aborted && setHeld({ of: load, result: { value } }),
      (error: unknown) => {
        if (!interest.signal.aborted) setHeld({ of: load, result: { fault: faultOf(error) } })
      },
    )
    return () => interest.abort()
  }, [load, attempt])
  const retry = useCallback(() => {
    setHeld({ of: load, result: undefined })
    setAttempt((count) => count + 1)
  }, [load])
  const result = held.of === load ? held.result : undefined
  if (result === undefined) return { status: 'loading' }
  return 'value' in result ? { status: 'ready', value: result.value } : { status: 'failed', fault: result.fault, retry }
}
