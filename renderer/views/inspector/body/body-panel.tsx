/** The body of a message: its bytes where there are any, and in plain words why not where there are none. */
import { defaultValues } from '../../../../app/contract/defaults.ts'
import type { FlowDetail, FlowMessage } from '../../../../app/contract/flow-detail.ts'
import { useSettings } from '../../../store/settings.ts'
import { inspector } from '../../../texts/inspector.ts'
import { bodyStateOf, type BodyState, type Side } from '../content/body-state.ts'
import { fieldValue, sentValue } from '../message/head-lines.ts'
import { sizeText } from '../../../texts/amounts.ts'
import { SettingLink } from '../shown/setting-link.tsx'
import { StateMessage } from '../shown/state-message.tsx'
import styles from './body.module.css'
import { RecordedBody } from './recorded-body.tsx'
import { PassingBytes } from './passing-bytes.tsx'

const texts = inspector.states

type Props = { flow: FlowDetail; side: Side; message: FlowMessage }

export function BodyPanel({ flow, side, message }: Props) {
  const bufferLimit = useSettings()?.values.bufferLimit ?? Number(defaultValues.bufferLimit)
  const state = bodyStateOf(flow, side, bufferLimit)
  const valueOf = (name: string): string | undefined =>
    side === 'delivered' ? sentValue(message.head, message.edit, name) : fieldValue(message.head, name)
  const contentType = valueOf('content-type')
  const said = valueOf('content-encoding')?.toLowerCase()
  const coding = said === '' || said === 'identity' ? undefined : said
  return (
    <section className={styles['panel']} aria-label={inspector.body.title}>
      {state.kind === 'recorded' ? (
        <RecordedBody
          key={`${side} ${state.state} ${state.bytes}`}
          id={flow.id}
          side={side}
          state={state}
          url={flow.url}
          contentType={contentType}
          coding={coding}
        />
      ) : state.kind === 'flowing' ? (
        <PassingBytes
          id={flow.id}
          contentType={contentType}
          coding={coding}
          bytes={state.bytes}
          recording={state.recording}
        />
      ) : (
        <NoBytes state={state} />
      )}
    </section>
  )
}

function NoBytes({ state }: { state: Exclude<BodyState, { kind: 'recorded' | 'flowing' }> }) {
  switch (state.kind) {
    case 'none':
      return <StateMessage {...texts.none} />
    case 'tunnel':
      return <StateMessage {...texts.tunnel} />
    case 'waiting':
      return <StateMessage {...texts.waiting} />
    case 'never':
      return <StateMessage {...texts.never} />
    case 'coming':
      return <StateMessage title={texts.coming.title} next={texts.coming.next(sizeText(state.bytes))} />
    case 'held':
      return <StateMessage title={texts.held.title(sizeText(state.bytes))} next={texts.held.next} />
    case 'not-recorded':
      return (
        <StateMessage {...texts.notRecorded}>
          {state.setting !== undefined && <SettingLink setting={state.setting} />}
        </StateMessage>
      )
    case 'not-kept':
      return <StateMessage {...texts.notKept} />
    case 'given-up':
      return <StateMessage title={texts.givenUp.title} next={texts.givenUp.next(state.why)} />
    default:
      return state satisfies never
  }
}
