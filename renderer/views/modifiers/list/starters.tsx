/** What a new modifier can begin with: nothing, or one of the starters that come with the app. */
import { useEffect, useState } from 'react'
import type { Output } from '../../../../app/contract/contract.ts'
import { startersOf } from '../../../store/modifiers.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { addOne } from '../acts.ts'
import { titleOf } from './title.ts'
import styles from './list.module.css'

const texts = modifiers.list

const emptyName = 'modifier.ts'
const emptySource = `/** Say here what it does. */
export default async function* (chunks: AsyncIterable<Uint8Array>, flow: Flow) {
  for await (const chunk of chunks) {
    yield chunk
  }
}
`

type Starters = { starters: Output<'modifiers.starters'>; problem: string | undefined }

export function Starters({ onChosen }: { onChosen?: () => void }) {
  const [{ starters, problem }, setLoaded] = useState<Starters>({ starters: [], problem: undefined })
  useEffect(() => {
    let gone = false
    void startersOf().then((result) => {
      if (gone) return
      setLoaded(
        result.ok
          ? { starters: result.value, problem: undefined }
          : { starters: [], problem: texts.startersFail(result.fault.message) },
      )
    })
    return () => {
      gone = true
    }
  }, [])
  const all = [{ name: emptyName, title: texts.empty, summary: texts.emptySummary, source: emptySource }, ...starters]
  return (
    <>
      <ul className={styles['starters']} aria-label={texts.newTitle}>
        {all.map((starter) => (
          <li key={starter.name}>
            <button
              type="button"
              className={styles['starter']}
              onClick={() => {
                onChosen?.()
                void addOne(starter.name, starter.source)
              }}
            >
              <b>{'title' in starter ? starter.title : titleOf(starter.name)}</b>
              <span>{starter.summary}</span>
            </button>
          </li>
        ))}
      </ul>
      {problem !== undefined && (
        <p role="alert" className={styles['problem']}>
          {problem}
        </p>
      )}
      <p className={styles['note']}>{texts.beginsOff}</p>
    </>
  )
}
