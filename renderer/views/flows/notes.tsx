/** What holds for all flows in the list, in a slim line below it; and the ways out of a capture that does not run. */
import { useConnection } from '../../client/index.ts'
import { startCapture, startElsewhere, useCapture } from '../../store/capture.ts'
import { useFlowFacts, useHasFlows } from '../../store/flows.ts'
import { goTo } from '../../store/place.ts'
import { useSettings } from '../../store/settings.ts'
import { flows as texts } from '../../texts/flows.ts'
import { toolbar } from '../../texts/toolbar.ts'
import { Button } from '../../ui/button.tsx'
import styles from './flows.module.css'

/** Without flows the list has room to say the same. */
export function Notes() {
  return (
    <div>
      <PastNote />
      <StoppedNote />
    </div>
  )
}

function PastNote() {
  const { past } = useFlowFacts()
  if (past === 0) return null
  return (
    <aside className={styles['note']} aria-label={texts.past}>
      <p role="status">{texts.someArePast(past)}</p>
    </aside>
  )
}

function StoppedNote() {
  const some = useHasFlows()
  const capture = useCapture()
  const connected = useConnection().status === 'connected'
  if (!some || !connected || capture?.status !== 'stopped') return null
  const { problem } = capture
  return (
    <aside className={styles['note']} aria-label={texts.note} data-tone={problem === undefined ? undefined : 'problem'}>
      <p role="status">{problem === undefined ? texts.isStopped : texts.couldNotStart(problem)}</p>
      <StartAgain />
    </aside>
  )
}

/** Start, and where the address is to blame, another one. */
export function StartAgain() {
  const capture = useCapture()
  const fixed = useSettings()?.fixed.includes('listen') === true
  const bad = capture?.badAddress === true
  const off = capture?.status !== 'stopped'
  return (
    <>
      {bad && fixed && <p>{texts.fixedPort}</p>}
      <div className={styles['ways']}>
        {bad && !fixed && (
          <>
            <Button look="primary" disabled={off} onClick={() => void startElsewhere()}>
              {texts.freePort}
            </Button>
            <Button onClick={() => goTo({ view: 'settings', key: 'listen' })}>{texts.otherPort}</Button>
          </>
        )}
        <Button look={bad && !fixed ? 'plain' : 'primary'} disabled={off} onClick={() => void startCapture()}>
          {bad ? texts.again : toolbar.start}
        </Button>
      </div>
    </>
  )
}
