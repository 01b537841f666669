import { useEffect, useState } from 'react'
import { useConnection } from '../../client/index.ts'
import { useCapture } from '../../store/capture.ts'
import { flows, useFlowFacts, useFlowsVersion } from '../../store/flows.ts'
import { listOrder, useListRevision, useShown } from '../../store/list/list.ts'
import { useModifiers, useModifiersOn } from '../../store/modifiers.ts'
import { goTo } from '../../store/place.ts'
import { useSelection } from '../../store/selection.ts'
import { shell } from '../../texts/shell.ts'
import { proxyOf } from '../connect/lines.ts'
import styles from './shell.module.css'

const texts = shell.status

export function StatusBar() {
  useFlowsVersion()
  useListRevision()
  const { streaming, dropped } = useFlowFacts()
  const filtered = useShown((held) => held.filtered)
  const selected = useSelection((held) => held.selected.size)
  const rate = useTotalRate(streaming > 0)
  const all = flows.rows.size
  return (
    <footer className={styles['status']} aria-label={texts.name}>
      <CaptureStatus />
      <span>{filtered ? texts.some(listOrder.ids.length, all) : texts.all(all)}</span>
      {selected > 1 && <span>{texts.selected(selected)}</span>}
      {streaming > 0 && <span className={styles['live']}>{texts.streaming(streaming, rate)}</span>}
      <ModifiersOn />
      {dropped > 0 && (
        <button
          type="button"
          className={styles['to']}
          title={texts.droppedHelp}
          onClick={() => goTo({ view: 'settings', key: 'maxFlows' })}
        >
          {texts.dropped(dropped)}
        </button>
      )}
    </footer>
  )
}

/** Said where there are any, on or off: what reshapes traffic must not be forgotten. */
function ModifiersOn() {
  const any = (useModifiers()?.rows.length ?? 0) > 0
  const on = useModifiersOn()
  if (!any) return null
  return (
    <button
      type="button"
      className={styles['to']}
      title={texts.modifiersHelp}
      onClick={() => goTo({ view: 'modifiers' })}
    >
      {texts.modifiers(on)}
    </button>
  )
}

function CaptureStatus() {
  const capture = useCapture()
  const connection = useConnection().status
  // What was so when the connection broke may be another thing now.
  if (connection === 'lost' || connection === 'refused' || (connection === 'connecting' && capture)) {
    return (
      <span className={styles['capture']} role="status">
        <i aria-hidden />
        <span>{texts.notConnected}</span>
      </span>
    )
  }
  if (!capture) return null
  const { status, address, problem } = capture
  const words = {
    stopped: texts.stopped,
    starting: texts.starting,
    stopping: texts.stopping,
    capturing: texts.capturing(address ? proxyOf(address).replace('http://', '') : ''),
  }
  return (
    <span className={styles['capture']} data-status={problem === undefined ? status : 'problem'} role="status">
      <i aria-hidden />
      <span>{problem === undefined ? words[status] : `${words[status]}: ${problem}`}</span>
    </span>
  )
}

/** Read now and then: a figure that changes with every frame cannot be read. */
function useTotalRate(streaming: boolean): number {
  const [rate, setRate] = useState(0)
  useEffect(() => {
    if (!streaming) return
    const timer = setInterval(() => setRate(flows.totalRate()), 500)
    return () => {
      clearInterval(timer)
    }
  }, [streaming])
  return streaming ? rate : 0
}
