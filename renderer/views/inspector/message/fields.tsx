import { memo, useState } from 'react'
import { inspector } from '../../../texts/inspector.ts'
import { classes } from '../../../ui/classes.ts'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { exactBytes, sizeText } from '../../../texts/amounts.ts'
import { HeadText } from '../../../ui/visible/visible-text.tsx'
import { readable } from '../../../ui/visible/visible.ts'
import type { HeadField } from './head-lines.ts'
import styles from './message.module.css'

const texts = inspector.head

/** Characters of a value shown until more is asked for. */
const shortValue = 600

export const Fields = ({ fields }: { fields: readonly HeadField[] }) => (
  <ul className={styles['fields']}>
    {fields.map((field, index) => (
      <Field key={index} field={field} />
    ))}
  </ul>
)

const Field = memo(function Field({ field: { name, value, fate } }: { field: HeadField }) {
  const [whole, setWhole] = useState(false)
  const long = value.length > shortValue
  const shown = long && !whole ? `${value.slice(0, shortValue)}…` : value
  const Line = fate === 'dropped' ? 'del' : fate === 'added' ? 'ins' : 'span'
  const readableName = readable(name).slice(0, 60)
  return (
    <li className={classes(styles['field'], styles[fate])}>
      <Line>
        <span className={styles['name']}>
          <HeadText text={name.slice(0, 2000)} />:
        </span>{' '}
        <span className={styles['value']}>
          <HeadText text={shown} />
        </span>
      </Line>{' '}
      {fate !== 'sent' && <span className={styles['fate']}>{texts[fate]}</span>}
      {long && (
        <button
          type="button"
          className={styles['more']}
          title={exactBytes(value.length)}
          onClick={() => setWhole(!whole)}
        >
          {whole ? texts.less : texts.more(sizeText(value.length))}
        </button>
      )}
      <span className={styles['copy']}>
        <CopyButton name={texts.copyOne(readableName)} text={() => readable(value)} />
      </span>
    </li>
  )
})
