/** A request or a response: its head above, its body below. */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { inspector } from '../../../texts/inspector.ts'
import { BodyPanel } from '../body/body-panel.tsx'
import type { Side } from '../content/body-state.ts'
import { StateMessage } from '../shown/state-message.tsx'
import { HeadView } from './head-view.tsx'
import styles from './message.module.css'

export function MessageTab({ flow, side }: { flow: FlowDetail; side: Side }) {
  const message = side === 'request' ? flow.request : flow.response
  if (!message) {
    const { title, next } = flow.timings.end === undefined ? inspector.states.waiting : inspector.states.never
    return <StateMessage title={title} next={next} />
  }
  return (
    <div className={styles['message']}>
      <HeadView message={message} side={side} />
      <BodyPanel flow={flow} side={side} message={message} />
    </div>
  )
}
