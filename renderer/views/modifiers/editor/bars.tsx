/** What stands between the name and the text: why the file is not applied, and what happened to it outside. */
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { goTo } from '../../../store/place.ts'
import { inspect } from '../../../store/selection.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { Button } from '../../../ui/button.tsx'
import { toggle } from '../acts.ts'
import { files, useFacts } from '../open-files.ts'
import styles from './editor.module.css'
import { goToLine } from './shown.ts'

const texts = modifiers.editor

export function showFlow(id: number): void {
  inspect(id)
  goTo({ view: 'flows' })
}

export function Bars({ row }: { row: ModifierRow }) {
  const { id, problem, status } = row
  const changedOutside = useFacts(id)?.changedOutside ?? false
  return (
    <>
      {changedOutside && (
        <div role="alert" className={styles['bar']}>
          <span>{texts.outside}</span>
          <Button onClick={() => files.takeOutside(id)}>{texts.takeOutside}</Button>
          <Button title={texts.keepOursHelp} onClick={() => files.keepOurs(id)}>
            {texts.keepOurs}
          </Button>
        </div>
      )}
      {status === 'killed' && (
        <div role="alert" className={styles['bar']}>
          <span>{modifiers.status.killed3}</span>
          {!row.fixed && <Button onClick={() => void toggle(row)}>{modifiers.status.switchOn}</Button>}
        </div>
      )}
      {problem && (
        <div role="alert" className={styles['bar']} data-tone="problem">
          <span>
            {problem.message}{' '}
            <em>{status === 'applied' ? modifiers.status.lastGood : modifiers.status.nothingApplied}</em>
          </span>
          <PlaceButton line={problem.line} column={problem.column} />
        </div>
      )}
      <Failure row={row} />
    </>
  )
}

/** The last failure on a flow, as long as the file is the one that failed. */
export const failureNow = ({ failure, changedAt = 0 }: ModifierRow): ModifierRow['failure'] =>
  failure && failure.at >= changedAt ? failure : undefined

function Failure({ row }: { row: ModifierRow }) {
  const failure = failureNow(row)
  if (!failure) return null
  const { message, line, column, flow } = failure
  return (
    <div className={styles['bar']} data-tone="problem">
      <span>{message}</span>
      <PlaceButton line={line} column={column} />
      <Button onClick={() => showFlow(flow)}>{modifiers.problems.flow(flow)}</Button>
    </div>
  )
}

function PlaceButton({ line, column }: { line: number | undefined; column: number | undefined }) {
  if (line === undefined) return null
  return <Button onClick={() => goToLine(line, column)}>{modifiers.dryRun.goTo(line)}</Button>
}
