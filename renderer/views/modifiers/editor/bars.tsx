/** What stands between the name and the text: why the file is not applied, and what happened to it outside. */
import { useEffect, useRef } from 'react'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { goTo } from '../../../store/place.ts'
import { inspect } from '../../../store/selection.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { Button } from '../../../ui/button.tsx'
import { toggle } from '../acts.ts'
import { files, useFacts } from '../open-files.ts'
import styles from './editor.module.css'
import { barsOf } from './bars-of.ts'
import { useAsked, writeAgain } from './save.ts'
import { goToLine } from './shown.ts'

const texts = modifiers.editor

export function showFlow(id: number): void {
  inspect(id)
  goTo({ view: 'flows' })
}

export function Bars({ row }: { row: ModifierRow }) {
  const facts = useFacts(row.id)
  const choice = useRef<HTMLButtonElement>(null)
  const asked = useAsked(({ of, times }) => (of === row.id ? times : 0))
  useEffect(() => {
    if (asked > 0) choice.current?.focus()
  }, [asked])
  return barsOf(row, facts).map((bar) => {
    switch (bar.kind) {
      case 'outside':
        return (
          <div key={bar.kind} role="alert" className={styles['bar']}>
            <span id="choose-first">
              {texts.outside} {asked > 0 && texts.chooseFirst}
            </span>
            <Button ref={choice} aria-describedby="choose-first" onClick={() => files.takeOutside(row.id)}>
              {texts.takeOutside}
            </Button>
            <Button title={texts.keepOursHelp} onClick={() => files.keepOurs(row.id)}>
              {texts.keepOurs}
            </Button>
          </div>
        )
      case 'missing':
        return (
          <div key={bar.kind} role="alert" className={styles['bar']}>
            <span id="choose-first">
              {bar.sentence} {asked > 0 && texts.chooseFirst}
            </span>
            <Button ref={choice} aria-describedby="choose-first" onClick={() => void writeAgain(row.id)}>
              {bar.isGone ? texts.writeAgain : texts.writeOver}
            </Button>
            {!bar.isGone && <Button onClick={() => void files.again(row)}>{texts.retry}</Button>}
          </div>
        )
      case 'wrong': {
        const { message, more, line, column, flow, isOff } = bar
        return (
          <div
            key={bar.kind}
            role={flow === undefined || isOff ? 'alert' : undefined}
            className={styles['bar']}
            data-tone="problem"
          >
            <span>
              {message} {more !== undefined && <em>{more}</em>}
            </span>
            {line !== undefined && (
              <Button onClick={() => goToLine(line, column)}>{modifiers.dryRun.goTo(line)}</Button>
            )}
            {flow !== undefined && <Button onClick={() => showFlow(flow)}>{modifiers.problems.flow(flow)}</Button>}
            {isOff && !row.fixed && <Button onClick={() => void toggle(row)}>{modifiers.status.switchOn}</Button>}
          </div>
        )
      }
    }
  })
}
