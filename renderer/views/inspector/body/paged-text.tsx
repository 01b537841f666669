/** A recorded body as text, whatever its size. */
import { useState } from 'react'
import { charsetOf } from '../reading/charset.ts'
import styles from './body.module.css'
import type { GiveFinder } from './find/find-bar.tsx'
import { bytesOf, pageLength, type Body } from './pages/body-bytes.ts'
import { textReach, TextView } from './text/text-view.tsx'

export function PagedText({ body, give }: { body: Body; give: GiveFinder }) {
  const { encoding, problem } = charsetOf(body.contentType, body.first)
  const [{ places, read }] = useState(() => ({
    places: { total: body.total, encoding, length: pageLength, reach: textReach },
    read: bytesOf(body),
  }))
  return (
    <>
      {problem !== undefined && <p className={styles['warning']}>{problem}</p>}
      <TextView places={places} read={read} give={give} />
    </>
  )
}
