/** One flow: its head, and tabs of what there is to know. */
import { Tabs } from '@base-ui/react/tabs'
import { useState, type KeyboardEvent } from 'react'
import { useRow } from '../../store/flows.ts'
import { remember, remembered } from '../../store/remembered.ts'
import { inspector as texts } from '../../texts/inspector.ts'
import { messages } from '../../texts/messages.ts'
import { Button } from '../../ui/button.tsx'
import { isFind } from '../../ui/find/find-keys.ts'
import { FindHere, FindHereContext } from './find-here.ts'
import { FlowHead } from './flow-head.tsx'
import { useFlowDetail, type DetailNow } from './flow-detail-now.ts'
import styles from './inspector.module.css'
import { MessageTab } from './message/message-tab.tsx'
import { MessagesTab } from './messages/messages-tab.tsx'
import { Overview } from './overview/overview.tsx'
import { SettingLink } from './shown/setting-link.tsx'
import { Loading, StateMessage } from './shown/state-message.tsx'

const plainTabs = ['overview', 'request', 'response'] as const
const socketTabs = ['overview', 'request', 'response', 'messages'] as const
type Tab = (typeof socketTabs)[number]

const plainTab = (value: unknown): Tab => plainTabs.find((tab) => tab === value) ?? 'overview'
/** Whoever opens a WebSocket looks for its messages. */
const socketTab = (value: unknown): Tab => socketTabs.find((tab) => tab === value) ?? 'messages'

export function FlowInspector({ id }: { id: number }) {
  const row = useRow(id)
  const detail = useFlowDetail(id)
  const [usual] = useState(() => ({
    plain: remembered('inspector.tab', plainTab),
    socket: remembered('inspector.socketTab', socketTab),
  }))
  const [chosen, setChosen] = useState<Tab>()
  const flow = detail.status === 'ready' ? detail.flow : undefined
  const isSocket = flow?.messages !== undefined
  const tabs = isSocket ? socketTabs : plainTabs
  const tab = chosen ?? (isSocket ? usual.socket : usual.plain)
  const choose = (value: unknown): void => {
    const next = isSocket ? socketTab(value) : plainTab(value)
    setChosen(next)
    remember(isSocket ? 'inspector.socketTab' : 'inspector.tab', next)
  }
  const [find] = useState(() => new FindHere())
  const press = (event: KeyboardEvent): void => {
    // A part of what is shown may have a search of its own.
    if (isFind(event) && !event.defaultPrevented && find.open()) event.preventDefault()
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
      <Tabs.Root className={styles['tabbed']} value={tab} onValueChange={choose} onKeyDown={press}>
        <Tabs.List className={styles['tabs']} aria-label={texts.region} activateOnFocus>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each} className={styles['tab']}>
              {each === 'messages' ? messages.tab : texts.tabs[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((each) => (
          <Tabs.Panel key={each} value={each} className={styles['panel']}>
            <FindHereContext value={find}>
              <Content detail={detail} tab={each} choose={choose} />
            </FindHereContext>
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </>
  )
}

function Content({ detail, tab, choose }: { detail: DetailNow; tab: Tab; choose: (tab: Tab) => void }) {
  if (detail.status === 'loading') return <Loading text={texts.loading} />
  if (detail.status === 'failed') {
    return (
      <StateMessage title={texts.failed} next={detail.fault.message}>
        <Button onClick={detail.retry}>{texts.retry}</Button>
      </StateMessage>
    )
  }
  const { flow } = detail
  switch (tab) {
    case 'overview':
      return <Overview flow={flow} />
    case 'messages':
      return <MessagesTab flow={flow} />
    default:
      return <MessageTab flow={flow} side={tab} showMessages={() => choose('messages')} />
  }
}
