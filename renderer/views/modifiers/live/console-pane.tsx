/** What the modifier gives to log(), as it comes. Asked for while it is looked at. */
import { useEffect, useRef, useState } from 'react'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { client, faultOf, useConnection } from '../../../client/index.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { Button } from '../../../ui/button.tsx'
import { useEndInSight } from '../../../ui/end-in-sight.ts'
import { VisibleText } from '../../../ui/visible/visible-text.tsx'
import { showFlow } from '../editor/bars.tsx'
import styles from './live.module.css'
import { cleared, emptyLog, missingLines, withAnswer, type Log } from './log-lines.ts'

const texts = modifiers.console
const pauseMs = 400
/** Of a line, in pixels; some take several. */
const rowHeight = 20
const nothing = (): void => undefined

/** Give it the id as its key. */
export function ConsolePane({ row: { id, name } }: { row: ModifierRow }) {
  const [log, setLog] = useState<Log>(emptyLog)
  const [problem, setProblem] = useState<string>()
  const connected = useConnection().status === 'connected'
  const box = useRef<HTMLDivElement>(null)
  const position = useRef(0)

  useEffect(() => {
    if (!connected) return
    const gone = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async (): Promise<void> => {
      try {
        const answer = await client.call('modifiers.log', { id, after: position.current }, gone.signal)
        position.current = answer.position
        setLog((before) => withAnswer(before, answer))
        setProblem(undefined)
      } catch (error) {
        const { message } = faultOf(error)
        if (!gone.signal.aborted) setProblem(message)
      }
      if (!gone.signal.aborted) timer = setTimeout(() => void ask(), pauseMs)
    }
    void ask()
    return () => {
      clearTimeout(timer)
      gone.abort()
    }
  }, [id, connected])

  // Their number stays where the oldest have to go.
  useEndInSight(box, { rows: log.entries.at(-1)?.position ?? 0, rowHeight, live: true, held: false, look: nothing })

  const missing = missingLines(log)
  return (
    <>
      <div ref={box} className={styles['scroll']} role="log" tabIndex={0} aria-label={texts.region(name)}>
        {problem !== undefined && <p className={styles['quiet']}>{texts.failed(problem)}</p>}
        {log.entries.length === 0 && problem === undefined && <p className={styles['quiet']}>{texts.empty}</p>}
        {missing > 0 && <p className={styles['quiet']}>{texts.dropped(missing)}</p>}
        {log.entries.map((entry) => (
          <div key={entry.position} className={styles['line']}>
            <time>{timeOf(entry.at)}</time>
            {entry.flow !== 0 && (
              <button
                type="button"
                title={modifiers.problems.showFlow(entry.flow)}
                onClick={() => showFlow(entry.flow)}
              >
                {modifiers.problems.flow(entry.flow)}
              </button>
            )}
            <span>
              <VisibleText text={entry.text} lines />
            </span>
          </div>
        ))}
      </div>
      {log.entries.length > 0 && (
        <Button look="quiet" className={styles['clear'] ?? ''} onClick={() => setLog(cleared)}>
          {texts.clear}
        </Button>
      )}
    </>
  )
}

/** 14:03:07.042 */
function timeOf(at: number): string {
  const time = new Date(at)
  const part = (value: number, length = 2): string => String(value).padStart(length, '0')
  return `${part(time.getHours())}:${part(time.getMinutes())}:${part(time.getSeconds())}.${part(time.getMilliseconds(), 3)}`
}
