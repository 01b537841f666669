import { Cable, Circle, Square, Trash2, Waves } from 'lucide-react'
import { create } from 'zustand'
import { formatSize } from '../../../app/contract/size.ts'
import { client, faultOf, useConnection } from '../../client/index.ts'
import { askFrom } from '../../store/ask-from.ts'
import { startCapture, stopCapture, useCapture } from '../../store/capture.ts'
import { flows, useHasFlows } from '../../store/flows.ts'
import { notify } from '../../store/notices.ts'
import { goTo } from '../../store/place.ts'
import { useSettings } from '../../store/settings.ts'
import { toolbar as texts } from '../../texts/toolbar.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Question } from '../../ui/dialog.tsx'
import { Popover } from '../../ui/popover.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import { Connect } from '../connect/index.tsx'
import { proxyOf } from '../connect/lines.ts'
import { FilterBox } from './filter-box.tsx'
import { Mark } from './mark.tsx'
import styles from './toolbar.module.css'

export function Toolbar() {
  return (
    <header className={styles['toolbar']} aria-label={texts.name}>
      <span className={styles['brand']}>
        <Mark />
        <h1 className={styles['product']}>{texts.product}</h1>
      </span>
      <Capture />
      <Popover
        trigger={
          <Button title={texts.connect}>
            <Cable size={14} aria-hidden />
            <Word>{texts.connect}</Word>
          </Button>
        }
        title={texts.connect}
      >
        <Connect />
      </Popover>
      <FilterBox />
      <SizeRule />
      <Clear />
    </header>
  )
}

/** Of a button: where the bar is narrow its icon stands for it, and the word is only heard. */
const Word = ({ children }: { children: string }) => <span className={styles['word']}>{children}</span>

function Capture() {
  const capture = useCapture()
  const connected = useConnection().status === 'connected'
  const status = capture?.status
  const runs = status === 'capturing' || status === 'stopping'
  const address = connected && status === 'capturing' ? capture?.address : undefined
  const written = address && proxyOf(address).replace('http://', '')
  const word = { stopped: texts.start, starting: texts.starting, capturing: texts.stop, stopping: texts.stopping }
  const Icon = runs ? Square : Circle
  return (
    <>
      <Button
        look={runs ? 'plain' : 'primary'}
        className={styles['capture']}
        disabled={!connected || (status !== 'stopped' && status !== 'capturing')}
        title={word[status ?? 'stopped']}
        onClick={() => void (runs ? stopCapture() : startCapture())}
      >
        <Icon size={10} fill="currentColor" aria-hidden />
        <Word>{word[status ?? 'stopped']}</Word>
      </Button>
      {/* There even when it is empty, so that nothing moves when the capture starts. */}
      <span className={styles['address']}>
        <code>{written ?? (connected ? texts.noAddress : texts.notConnected)}</code>
        <CopyButton name={texts.copyAddress} text={written ?? ''} disabled={written === undefined} />
      </span>
    </>
  )
}

function SizeRule() {
  const settings = useSettings()
  if (!settings) return null
  const { stream } = settings.values
  const text =
    stream === undefined ? texts.noSizeRule : stream === 0 ? texts.streamsAll : texts.sizeRule(formatSize(stream))
  return (
    <Tooltip text={texts.sizeRuleHelp}>
      <Button onClick={() => goTo({ view: 'settings', key: 'stream' })}>
        <Waves size={14} aria-hidden />
        {text}
      </Button>
    </Tooltip>
  )
}

/** How many flows the question is about, and how many it is not; the figures stay while the question fades. */
const useAsking = create(() => ({ open: false, ended: 0, running: 0 }))

/** Many are asked for first; what runs stays. */
export function clearFlows(): void {
  const running = flows.facts.running
  const ended = flows.rows.size - running
  if (ended > askFrom) {
    useAsking.setState({ open: true, ended, running })
    return
  }
  if (running > 0) notify(texts.runningStay(running))
  if (ended > 0) void clear()
}

function Clear() {
  const some = useHasFlows()
  const asking = useAsking()
  return (
    <>
      <Tooltip text={texts.clearHelp}>
        <Button disabled={!some} onClick={clearFlows}>
          <Trash2 size={14} aria-hidden />
          <Word>{texts.clear}</Word>
        </Button>
      </Tooltip>
      <Question
        open={asking.open}
        onClose={() => useAsking.setState({ open: false })}
        title={texts.clearTitle(asking.ended)}
        yes={texts.clearYes}
        onYes={() => void clear()}
      >
        {texts.clearText(asking.running)}
      </Question>
    </>
  )
}

async function clear(): Promise<void> {
  try {
    await client.call('flows.clear', undefined)
  } catch (error) {
    notify(faultOf(error).message, 'problem')
  }
}
