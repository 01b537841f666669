import { inspector } from '../../../texts/inspector.ts'
import type { BodyView } from '../content/view-choice.ts'
import { sizeText } from '../../../texts/amounts.ts'
import type { Body } from './pages/body-bytes.ts'
import styles from './body.module.css'
import { CodeView } from './code/code-view.tsx'
import { FormView } from './form-view.tsx'
import { HexView } from './hex-view.tsx'
import { MediaView } from './media-view.tsx'
import { PagedText } from './paged-text.tsx'

/** Beyond it a body is not read whole to be laid out, searched and folded. */
const codeLimit = 5 * 1024 * 1024

export function ViewOf({ view, body }: { view: BodyView; body: Body }) {
  switch (view) {
    case 'json':
    case 'text':
      if (body.total <= codeLimit) return <CodeView body={body} json={view === 'json'} />
      return (
        <>
          {view === 'json' && (
            <p className={styles['warning']}>{inspector.body.tooLargeForJson(sizeText(codeLimit))}</p>
          )}
          <PagedText body={body} />
        </>
      )
    case 'form':
      return <FormView body={body} />
    case 'image':
    case 'video':
    case 'audio':
      return <MediaView body={body} kind={view} />
    case 'hex':
      return <HexView body={body} />
    default:
      return view satisfies never
  }
}
