import { useConnection } from '../../client/index.ts'
import { useCapture } from '../../store/capture.ts'
import { flows, useFlowFacts, useFlowsVersion } from '../../store/flows.ts'
import { listOrder, setFilter, useListRevision, useShown } from '../../store/list/list.ts'
import { flows as texts } from '../../texts/flows.ts'
import { toolbar } from '../../texts/toolbar.ts'
import { Button } from '../../ui/button.tsx'
import { Question } from '../../ui/dialog.tsx'
import { Connect } from '../connect/index.tsx'
import { proxyOf } from '../connect/lines.ts'
import { deleteSelected, useAsking } from './actions.ts'
import styles from './flows.module.css'
import { Grid } from './grid.tsx'
import { ColumnsMenu } from './header.tsx'
import { Notes, StartAgain } from './notes.tsx'

/** The flow list, or what to do next where there is nothing to list. */
export function Flows() {
  return (
    <section className={styles['list']} aria-label={texts.list}>
      <Grid />
      <ColumnsMenu />
      <Empty />
      <Notes />
      <DeleteQuestion />
    </section>
  )
}

function DeleteQuestion() {
  const { open, count } = useAsking()
  return (
    <Question
      open={open}
      onClose={() => useAsking.setState({ open: false })}
      title={toolbar.clearTitle(count)}
      yes={texts.deleteYes}
      onYes={() => void deleteSelected(true)}
    >
      {toolbar.clearText(0)}
    </Question>
  )
}

function Empty() {
  useFlowsVersion()
  useListRevision()
  const { ready } = useFlowFacts()
  const filtered = useShown((held) => held.filtered)
  const capture = useCapture()
  const connection = useConnection()
  if (listOrder.ids.length > 0) return null
  if (connection.status === 'refused') {
    return (
      <div className={styles['empty']}>
        <h2>{texts.empty.refused}</h2>
        <p>{texts.empty.refusedHelp}</p>
      </div>
    )
  }
  if (!ready && connection.status !== 'lost') return <div className={styles['empty']}>{texts.empty.loading}</div>
  if (flows.rows.size > 0 && filtered) {
    return (
      <div className={styles['empty']}>
        <h2>{texts.empty.noMatch}</h2>
        <p>{texts.empty.noMatchHelp(flows.rows.size)}</p>
        <Button onClick={() => setFilter('')}>{texts.empty.clearFilter}</Button>
      </div>
    )
  }
  // The banner says what is the matter; nothing can be started from here.
  if (connection.status !== 'connected') return null
  const address = capture?.status === 'capturing' ? capture.address : undefined
  if (!address) {
    return (
      <div className={styles['empty']}>
        <h2>{capture?.problem === undefined ? texts.empty.stopped : texts.empty.failed}</h2>
        <p>{capture?.problem ?? texts.empty.stoppedHelp}</p>
        <StartAgain />
      </div>
    )
  }
  return (
    <div className={styles['empty']}>
      <h2>{texts.empty.waiting}</h2>
      <p>{texts.empty.waitingHelp(proxyOf(address))}</p>
      <div className={styles['connect']}>
        <Connect certificate={false} />
      </div>
    </div>
  )
}
