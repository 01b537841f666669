import { inspector } from '../../../texts/inspector.ts'
import type { BodyView } from '../content/view-choice.ts'
import { sizeText } from '../../../texts/amounts.ts'
import type { Body } from './pages/body-bytes.ts'
import styles from './body.module.css'
import { JsonView } from './code/json-view.tsx'
import type { GiveFinder } from './find/find-bar.tsx'
import { FormView } from './form-view.tsx'
import { HexView } from './hex-view.tsx'
import { MediaView } from './media-view.tsx'
import { PagedText } from './paged-text.tsx'

/** Beyond it a body is not read whole to be laid out and folded. */
const jsonLimit = 5 * 1024 * 1024

export function ViewOf({ view, body, give }: { view: BodyView; body: Body; give: GiveFinder }) {
  switch (view) {
    case 'json':
      if (body.total <= jsonLimit) return <JsonView body={body} give={give} />
      return (
        <>
          <p className={styles['warning']}>{inspector.body.tooLargeForJson(sizeText(jsonLimit))}</p>
          <PagedText body={body} give={give} />
        </>
      )
    case 'text':
      return <PagedText body={body} give={give} />
    case 'form':
      return <FormView body={body} />
    case 'image':
    case 'video':
    case 'audio':
      return <MediaView body={body} kind={view} />
    case 'hex':
      return <HexView body={body} give={give} />
    default:
      return view satisfies never
  }
}
