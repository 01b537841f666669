/** One flow: its head, and tabs of what there is to know. */
import { Tabs } from '@base-ui/react/tabs'
import { useState } from 'react'
import { useRow } from '../../store/flows.ts'
import { remember, remembered } from '../../store/remembered.ts'
import { inspector as texts } from '../../texts/inspector.ts'
import { Button } from '../../ui/button.tsx'
import { FlowHead } from './flow-head.tsx'
import { useFlowDetail, type DetailNow } from './flow-detail-now.ts'
import styles from './inspector.module.css'
import { MessageTab } from './message/message-tab.tsx'
import { Overview } from './overview/overview.tsx'
import { SettingLink } from './shown/setting-link.tsx'
import { Loading, StateMessage } from './shown/state-message.tsx'

const tabs = ['overview', 'request', 'response'] as const
type Tab = (typeof tabs)[number]

const tabOf = (value: unknown): Tab => tabs.find((tab) => tab === value) ?? 'overview'

export function FlowInspector({ id }: { id: number }) {
  const row = useRow(id)
  const detail = useFlowDetail(id)
  const [tab, setTab] = useState(() => remembered('inspector.tab', tabOf))
  const flow = detail.status === 'ready' ? detail.flow : undefined
  const choose = (value: unknown): void => {
    const next = tabOf(value)
    setTab(next)
    remember('inspector.tab', next)
  }
  if (detail.status === 'failed' && detail.fault.code === 'GONE') {
    return (
      <StateMessage title={texts.gone.title} next={texts.gone.next}>
        <SettingLink setting="maxFlows" />
      </StateMessage>
    )
  }
  return (
    <>
      <FlowHead row={row} flow={flow} />
      <Tabs.Root className={styles['tabbed']} value={tab} onValueChange={choose}>
        <Tabs.List className={styles['tabs']} aria-label={texts.region} activateOnFocus>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each} className={styles['tab']}>
              {texts.tabs[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((each) => (
          <Tabs.Panel key={each} value={each} className={styles['panel']}>
            <Content detail={detail} tab={each} />
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </>
  )
}

function Content({ detail, tab }: { detail: DetailNow; tab: Tab }) {
  if (detail.status === 'loading') return <Loading text={texts.loading} />
  if (detail.status === 'failed') {
    return (
      <StateMessage title={texts.failed} next={detail.fault.message}>
        <Button onClick={detail.retry}>{texts.retry}</Button>
      </StateMessage>
    )
  }
  return tab === 'overview' ? <Overview flow={detail.flow} /> : <MessageTab flow={detail.flow} side={tab} />
}
