import { useCallback } from 'react'
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { client } from '../../../client/index.ts'
import { inspector } from '../../../texts/inspector.ts'
import { useLoaded } from '../body/pages/load.ts'
import styles from './overview.module.css'

/** What modifiers have made of the body, in a word. */
export function BodyWord({ flow: { id, error } }: { flow: FlowDetail }) {
  // That the client got none of it, or not all, is told as a failure.
  return error === undefined ? <Compared id={id} /> : null
}

/** Keeps its place while it is found out. */
function Compared({ id }: { id: number }) {
  const load = useCallback((signal: AbortSignal) => client.call('flows.bodyChanged', { id }, signal), [id])
  const compared = useLoaded(load)
  // Where nothing is recorded any more, nobody knows.
  if (compared.status !== 'ready') return <p className={styles['told']}>&nbsp;</p>
  return <p className={styles['told']}>{inspector.overview.body(compared.value.changed)}</p>
}
