import { liveTypes } from '../../../../app/contract/live-types.ts'
import type { SettingsState } from '../../../../app/contract/contract.ts'
import { settings as texts } from '../../../texts/settings.ts'
import { Segmented } from '../../../ui/segmented.tsx'
import { Switch } from '../../../ui/switch.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { defaultValues } from '../../../../app/contract/defaults.ts'
import { changeAtOnce } from '../change/history.ts'
import { ListControl } from '../fields/list-control.tsx'
import { TextControl } from '../fields/text-control.tsx'
import { useDraft } from '../fields/use-draft.ts'
import { written } from '../fields/written.ts'
import { IdentitiesEditor } from '../identities/identities-editor.tsx'
import { RulesEditor } from '../rules/rules-editor.tsx'
import { SizeRule } from '../threshold/size-rule.tsx'
import { controlId, describedBy } from './ids.ts'
import { RowFrame } from './row-frame.tsx'
import styles from './rows.module.css'
import type { Row } from './table.ts'

type Props = { row: Row; state: SettingsState; words: readonly string[]; sought: boolean }

/** One setting with the control of its kind. */
export function SettingRow(props: Props) {
  return (
    <RowFrame {...props} wide={props.row.option.kind === 'rules' || props.row.option.kind === 'certificates'}>
      <Control row={props.row} values={props.state.values} locked={props.state.fixed.includes(props.row.key)} />
    </RowFrame>
  )
}

type ControlProps = { row: Row; values: SettingsState['values']; locked: boolean }

function Control({ row, values, locked }: ControlProps) {
  const { key, option } = row
  if (key === 'stream') return <SizeRule row={row} value={values.stream} locked={locked} />
  switch (option.kind) {
    case 'rules':
      return <RulesEditor row={row} rules={values.rules ?? []} locked={locked} />
    case 'patterns':
    case 'addresses':
    case 'paths':
    case 'reverses': {
      const entries: unknown = values[key] ?? []
      return <ListControl row={row} entries={entries as string[]} locked={locked} />
    }
    case 'switch':
      return <SwitchControl row={row} values={values} locked={locked} />
    case 'choice':
      return <ChoiceControl row={row} values={values} locked={locked} />
    case 'address':
    case 'size':
    case 'count':
    case 'proxy':
    case 'credentials':
    case 'path':
      return <PlainText row={row} values={values} locked={locked} />
    case 'certificates':
      return <IdentitiesEditor row={row} identities={values.clientCerts ?? []} locked={locked} />
    case 'modifiers':
      return undefined // They have a panel of their own.
    default:
      return option.kind satisfies never
  }
}

function PlainText({ row, values, locked }: ControlProps) {
  return <TextControl row={row} draft={useDraft(row, values[row.key])} locked={locked} />
}

function SwitchControl({ row: { key, text }, values, locked }: ControlProps) {
  const on = (values[key] ?? defaultValues[key] ?? false) === true
  return (
    <>
      <div className={styles['switch']}>
        <span aria-hidden>{on ? texts.on : texts.off}</span>
        <Switch
          id={controlId(key)}
          name={text.title}
          describedBy={describedBy(key, locked)}
          on={on}
          off={locked}
          onChange={() => void changeAtOnce({ [key]: !on }, texts.set(text.title, written(key, !on)))}
        />
      </div>
      {key === 'liveTypes' && (
        <ul className={styles['types']} aria-label={texts.liveTypes}>
          {liveTypes.map((type) => (
            <li key={type}>
              <Tag tone={on ? 'streamed' : 'buffered'}>{type}</Tag>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function ChoiceControl({ row: { key, option, text }, values, locked }: ControlProps) {
  const given: unknown = values[key] ?? defaultValues[key]
  return (
    <div id={controlId(key)} className={styles['choice']}>
      <Segmented
        name={text.title}
        value={typeof given === 'string' ? given : ''}
        choices={(option.choices ?? []).map((value) => ({ value, label: written(key, value), off: locked }))}
        onChange={(value) => void changeAtOnce({ [key]: value }, texts.set(text.title, written(key, value)))}
      />
    </div>
  )
}
