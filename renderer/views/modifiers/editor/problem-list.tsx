/** Everything that is wrong with the open file, in the order of its lines; each leads to its place. */
import { modifiers } from '../../../texts/modifiers.ts'
import styles from './editor.module.css'
import { goToPlace, useProblems } from './shown.ts'
import { useTypes } from './typed/ask.ts'

const texts = modifiers.problems
/** Of a file that is something else altogether there may be thousands. */
const most = 200

export function ProblemList() {
  const problems = useProblems((held) => held.problems)
  const missing = useTypes((held) => held.missing)
  if (problems.length === 0) {
    return <p className={styles['none']}>{missing ? modifiers.editor.noTypes : texts.none}</p>
  }
  return (
    <ul className={styles['problems']} aria-label={texts.title}>
      {problems.slice(0, most).map(({ from, line, column, severity, source, message, act }, index) => (
        <li key={index} data-severity={severity}>
          <button type="button" onClick={() => goToPlace(from)}>
            <b>{texts.place(line, column)}</b>
            <span>{message}</span>
            <small>{(texts.kinds as Record<string, string>)[source] ?? source}</small>
          </button>
          {act && (
            <button type="button" className={styles['link']} onClick={act.run}>
              {act.name}
            </button>
          )}
        </li>
      ))}
      {problems.length > most && <li className={styles['none']}>{texts.more(problems.length - most)}</li>}
    </ul>
  )
}
