/** A request or a response: its head above, its body below. */
import { useState } from 'react'
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { inspector } from '../../../texts/inspector.ts'
import { messages } from '../../../texts/messages.ts'
import { Button } from '../../../ui/button.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { BodyPanel } from '../body/body-panel.tsx'
import { StateMessage } from '../shown/state-message.tsx'
import { HeadView } from './head-view.tsx'
import styles from './message.module.css'

const texts = messages.body

type Props = {
  flow: FlowDetail
  side: 'request' | 'response'
  /** Of a WebSocket, whose bytes are shown there. */
  showMessages: () => void
}

export function MessageTab({ flow, side, showMessages }: Props) {
  const [delivered, setDelivered] = useState(true)
  const message = side === 'request' ? flow.request : flow.response
  if (!message) {
    const { title, next } = flow.timings.end === undefined ? inspector.states.waiting : inspector.states.never
    return <StateMessage title={title} next={next} />
  }
  return (
    <div className={styles['message']}>
      <HeadView message={message} side={side} />
      {side === 'response' && flow.delivered && (
        <div className={styles['sides']}>
          <Segmented
            name={inspector.body.side}
            choices={sides}
            value={delivered ? 'delivered' : 'response'}
            onChange={(chosen) => setDelivered(chosen === 'delivered')}
          />
        </div>
      )}
      {flow.messages ? (
        <StateMessage title={texts.title} next={texts.next}>
          <Button onClick={showMessages}>{texts.show}</Button>
        </StateMessage>
      ) : (
        <BodyPanel
          flow={flow}
          side={side === 'response' && flow.delivered && delivered ? 'delivered' : side}
          message={message}
        />
      )}
    </div>
  )
}

const sides = [
  { value: 'response', label: inspector.body.sides.response },
  { value: 'delivered', label: inspector.body.sides.delivered },
] as const
