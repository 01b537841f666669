/** A JSON body laid out: with colours and folds, or, where long values are to be seen whole, as rows of text. */
import { useCallback, useState } from 'react'
import { inspector } from '../../../../texts/inspector.ts'
import { Button } from '../../../../ui/button.tsx'
import { charsetOf } from '../../reading/charset.ts'
import { prettyJsonInTurns } from '../../reading/pretty-json.ts'
import { Loading, StateMessage } from '../../shown/state-message.tsx'
import shownStyles from '../../shown/shown.module.css'
import bodyStyles from '../body.module.css'
import type { GiveFinder } from '../find/find-bar.tsx'
import { joined, pageLength, readText, type Body, type ReadBytes } from '../pages/body-bytes.ts'
import { useLoaded } from '../pages/load.ts'
import { textReach, TextView } from '../text/text-view.tsx'
import { CodeView } from './code-view.tsx'

const texts = inspector.body

type Props = { body: Body; give: GiveFinder }

export function JsonView({ body, give }: Props) {
  const { encoding, problem } = charsetOf(body.contentType, body.first)
  const [whole, setWhole] = useState(false)
  return (
    <>
      {problem !== undefined && <p className={bodyStyles['warning']}>{problem}</p>}
      {whole ? (
        <>
          <p className={bodyStyles['warning']}>
            {texts.whole}{' '}
            <button type="button" className={shownStyles['link']} onClick={() => setWhole(false)}>
              {texts.shorten}
            </button>
          </p>
          <WholeText body={body} encoding={encoding} give={give} />
        </>
      ) : (
        <CodeView body={body} encoding={encoding} showWhole={() => setWhole(true)} give={give} />
      )}
    </>
  )
}

/** Laid out, nothing left out; the bytes of the text are kept here. */
function WholeText({ body: { id, side, decoded }, encoding, give }: Props & { encoding: string }) {
  const load = useCallback(
    async (signal: AbortSignal) => {
      const source = await readText({ id, side, decoded }, encoding, signal)
      const encoder = new TextEncoder()
      const pieces: Uint8Array<ArrayBuffer>[] = []
      await prettyJsonInTurns(source, Infinity, ({ text }) => pieces.push(encoder.encode(text)), signal)
      const bytes = joined(pieces)
      const read: ReadBytes = (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length))
      return { places: { total: bytes.length, encoding: 'utf-8', length: pageLength, reach: textReach }, read }
    },
    [id, side, decoded, encoding],
  )
  const text = useLoaded(load)
  if (text.status === 'loading') return <Loading text={inspector.loading} />
  if (text.status === 'failed') {
    return (
      <StateMessage title={texts.notLoaded} next={text.fault.message}>
        <Button onClick={text.retry}>{inspector.retry}</Button>
      </StateMessage>
    )
  }
  return <TextView places={text.value.places} read={text.value.read} give={give} />
}
