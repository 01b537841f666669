import { useCallback } from 'react'
import { inspector } from '../../../texts/inspector.ts'
import { Button } from '../../../ui/button.tsx'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { multipartForm, urlencodedForm, type FormField } from '../reading/form-fields.ts'
import { mediaTypeOf } from '../content/view-choice.ts'
import { sizeText } from '../../../texts/amounts.ts'
import { Loading, StateMessage } from '../shown/state-message.tsx'
import { VisibleText } from '../../../ui/visible/visible-text.tsx'
import { readAll, type Body } from './pages/body-bytes.ts'
import styles from './body.module.css'
import { useLoaded } from './pages/load.ts'

const texts = inspector.body
const limit = 5 * 1024 * 1024

export function FormView({ body }: { body: Body }) {
  const { id, side, decoded, contentType = '', total } = body
  const load = useCallback(
    async (signal: AbortSignal) => {
      const bytes = await readAll({ id, side, decoded }, signal, limit)
      return mediaTypeOf(contentType).startsWith('multipart/')
        ? multipartForm(bytes, contentType)
        : urlencodedForm(bytes)
    },
    [id, side, decoded, contentType],
  )
  const form = useLoaded(load)
  if (form.status === 'loading') return <Loading text={inspector.loading} />
  if (form.status === 'failed') {
    return (
      <StateMessage title={texts.notLoaded} next={form.fault.message}>
        <Button onClick={form.retry}>{inspector.retry}</Button>
      </StateMessage>
    )
  }
  const { fields, more, problem } = form.value
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label={texts.region}>
      {problem !== undefined && <p className={styles['warning']}>{problem}</p>}
      {total > limit && <p className={styles['warning']}>{texts.tooLargeForForm(sizeText(limit))}</p>}
      {fields.length === 0 && problem === undefined && <p className={styles['note']}>{texts.noFields}</p>}
      {fields.length > 0 && (
        <table className={styles['form']}>
          <thead>
            <tr>
              <th scope="col">{texts.field}</th>
              <th scope="col">{texts.value}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field, index) => (
              <tr key={index}>
                <th scope="row">
                  <VisibleText text={field.name.slice(0, 500)} />
                </th>
                <td>
                  <Value field={field} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {more > 0 && <p className={styles['note']}>{texts.moreFields(more)}</p>}
    </div>
  )
}

function Value({ field: { name, value, file, type, bytes } }: { field: FormField }) {
  if (file !== undefined) {
    return (
      <em>
        <VisibleText text={texts.file(file, type ?? 'application/octet-stream', sizeText(bytes))} />
      </em>
    )
  }
  if (value === '' && bytes > 0) {
    return (
      <em>
        <VisibleText text={texts.binary(type ?? '', sizeText(bytes))} />
      </em>
    )
  }
  return (
    <>
      <VisibleText text={value} lines />
      <span className={styles['copy']}>
        <CopyButton name={inspector.head.copyOne(name.slice(0, 60))} text={value} />
      </span>
    </>
  )
}
