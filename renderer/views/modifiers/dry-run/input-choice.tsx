/** What to run on: the sample, a recorded flow, or a text. */
import { useId, useMemo, useState, type KeyboardEvent } from 'react'
import type { FlowRow } from '../../../../app/contract/flow-row.ts'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { flows, useFlowsVersion } from '../../../store/flows.ts'
import { sizeText } from '../../../texts/amounts.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { classes } from '../../../ui/classes.ts'
import { Field, TextInput } from '../../../ui/field.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import styles from './dry-run.module.css'
import { useMatching } from './matching.ts'
import { cutOf, recordedFlows, useInput, type InputKind } from './input.ts'

const texts = modifiers.dryRun
const mostListed = 200

const kinds: { value: InputKind; label: string }[] = [
  { value: 'sample', label: texts.inputs.sample },
  { value: 'flow', label: texts.inputs.flow },
  { value: 'text', label: texts.inputs.text },
]

type Props = { row: ModifierRow; run: () => void }

export function InputChoice({ row, run }: Props) {
  const kind = useInput((held) => held.kind)
  return (
    <div className={styles['choice']}>
      <Segmented
        name={texts.input}
        choices={kinds}
        value={kind}
        onChange={(next) => useInput.setState({ kind: next })}
      />
      {kind === 'sample' && <p className={styles['quiet']}>{texts.sampleHelp}</p>}
      {kind === 'flow' && <FlowChoice row={row} run={run} />}
      {kind === 'text' && <TextChoice />}
    </div>
  )
}

function TextChoice() {
  const text = useInput((held) => held.text)
  const cut = useInput((held) => held.cut)
  return (
    <>
      <Field label={texts.textLabel} bare>
        {(named) => (
          <textarea
            {...named}
            className={styles['text']}
            rows={6}
            maxLength={1024 * 1024}
            spellCheck={false}
            placeholder={texts.textLabel}
            value={text}
            onChange={(event) => useInput.setState({ text: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={texts.cut}
        help={texts.cutHelp}
        error={cutOf(cut).ok ? undefined : texts.cutFault}
        input={{
          value: cut,
          inputMode: 'numeric',
          className: styles['cut'],
          onChange: (event) => useInput.setState({ cut: event.target.value }),
        }}
      />
    </>
  )
}

/** A list that is searched above it: arrows choose, Enter runs. */
function FlowChoice({ row, run }: Props) {
  const matching = useMatching(row)
  const version = useFlowsVersion()
  const chosen = useInput((held) => held.flow)
  const [words, setWords] = useState('')
  const id = useId()
  const { found, more, any } = useMemo(
    // Asked anew when the flows have changed.
    () => (version >= 0 ? recordedFlows(flows.rows.values(), words, mostListed, matching) : noFlows),
    [version, words, matching],
  )
  const at = found.findIndex((row) => row.id === chosen)
  const choose = (index: number): void => {
    const row = found[Math.max(0, Math.min(found.length - 1, index))]
    if (!row) return
    useInput.setState({ flow: row.id })
    document.getElementById(`${id}-${row.id}`)?.scrollIntoView({ block: 'nearest' })
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') choose(at + 1)
    else if (event.key === 'ArrowUp') choose(at - 1)
    else if (event.key === 'Enter' && at !== -1) run()
    else return
    event.preventDefault()
  }
  if (!any) return <p className={styles['quiet']}>{texts.noFlows}</p>
  return (
    <>
      <TextInput
        type="search"
        role="combobox"
        aria-label={texts.searchFlows}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={at === -1 ? undefined : `${id}-${chosen ?? 0}`}
        placeholder={texts.searchFlows}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={press}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={texts.flows} className={styles['flows']}>
        {found.map((row) => (
          <li
            key={row.id}
            id={`${id}-${row.id}`}
            role="option"
            aria-selected={row.id === chosen}
            title={matching?.has(row.id) === false ? texts.elsewhere : undefined}
            className={classes(
              row.id === chosen && styles['chosen'],
              matching?.has(row.id) === false && styles['elsewhere'],
            )}
            onClick={() => useInput.setState({ flow: row.id })}
            onDoubleClick={() => {
              useInput.setState({ flow: row.id })
              run()
            }}
          >
            <FlowLine row={row} />
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={styles['quiet']}>{texts.noMatch}</p>}
      {more > 0 && <p className={styles['quiet']}>{texts.moreFlows(more)}</p>}
    </>
  )
}

const noFlows = { found: [], more: 0, any: false }

function FlowLine({ row: { id, method, status, host, path, type, size } }: { row: FlowRow }) {
  return (
    <>
      <i>{id}</i>
      <b>{method}</b>
      <span title={`${host}${path}`}>
        {host}
        {path}
      </span>
      <small>
        {status} {type} {sizeText(size)}
      </small>
    </>
  )
}
