/** The details of the flow that is looked at, kept current while it changes. */
import { useCallback, useEffect, useState } from 'react'
import type { FlowDetail } from '../../../app/contract/flow-detail.ts'
import type { CallFault } from '../../../app/contract/wire.ts'
import { client, faultOf, useConnection } from '../../client/index.ts'
import { flows } from '../../store/flows.ts'

export type DetailNow =
  | { status: 'loading' }
  | { status: 'ready'; flow: FlowDetail }
  | { status: 'failed'; fault: CallFault; retry: () => void }

type Held = { flow: FlowDetail | undefined; fault: CallFault | undefined }

/** Between two questions while the row keeps changing. */
const pauseMs = 250
/** Rows do not tell when a connection stands, or a request has been sent: before the response they are asked for. */
const pendingMs = 1000

/** Of one flow; give the component that uses it the id as its key. What is known stays until newer has come. */
export function useFlowDetail(id: number): DetailNow {
  const [{ flow, fault }, setHeld] = useState<Held>({ flow: undefined, fault: undefined })
  const [attempt, setAttempt] = useState(0)
  const connected = useConnection().status === 'connected'

  useEffect(() => {
    if (!connected) return
    return follow(id, (news) => {
      setHeld((before) => ({ flow: before.flow, fault: undefined, ...news }))
    })
  }, [id, attempt, connected])

  const retry = useCallback(() => {
    setHeld({ flow: undefined, fault: undefined })
    setAttempt((count) => count + 1)
  }, [])
  // A failed refresh is tried again with the next change; what was known before is still true.
  if (flow !== undefined && fault?.code !== 'GONE') return { status: 'ready', flow }
  return fault === undefined ? { status: 'loading' } : { status: 'failed', fault, retry }
}

/** Asks now and after each change of the row, one question at a time. Ends when the returned function is called. */
function follow(id: number, tell: (news: Partial<Held>) => void): () => void {
  const interest = new AbortController()
  let known = flows.rows.get(id)
  let asking = false
  let isPending = false
  let timer: { id: ReturnType<typeof setTimeout>; ms: number } | undefined
  const later = (ms: number): void => {
    if (timer && timer.ms <= ms) return
    clearTimeout(timer?.id)
    timer = { id: setTimeout(ask, ms), ms }
  }
  const ask = (): void => {
    timer = undefined
    asking = true
    known = flows.rows.get(id)
    client
      .call('flows.get', { id }, interest.signal)
      .then(
        (flow) => {
          isPending = flow.state === 'pending'
          tell({ flow })
        },
        (error: unknown) => {
          const fault = faultOf(error)
          if (!interest.signal.aborted) tell({ fault })
        },
      )
      .finally(() => {
        asking = false
        if (interest.signal.aborted) return
        if (flows.rows.get(id) !== known) later(pauseMs)
        else if (isPending) later(pendingMs)
      })
  }
  const stop = flows.onChange(() => {
    if (!asking && flows.rows.get(id) !== known) later(pauseMs)
  })
  ask()
  return () => {
    stop()
    clearTimeout(timer?.id)
    interest.abort()
  }
}
