/** JSON laid out, with line numbers, colours and folding. It stands as soon as its beginning is laid out. */
import { ChevronsDownUp, ChevronsUpDown } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { faultOf } from '../../../../client/index.ts'
import { inspector } from '../../../../texts/inspector.ts'
import { countText } from '../../../../texts/amounts.ts'
import { IconButton } from '../../../../ui/button.tsx'
import { prettyJsonInTurns } from '../../reading/pretty-json.ts'
import { Loading } from '../../shown/state-message.tsx'
import shownStyles from '../../shown/shown.module.css'
import bodyStyles from '../body.module.css'
import { Finder } from '../find/finder.ts'
import type { GiveFinder } from '../find/find-bar.tsx'
import { patternOf } from '../find/pattern.ts'
import { readText, type Body } from '../pages/body-bytes.ts'
import type { Reader } from './code-editor.ts'
import styles from './code.module.css'
import { readerSource } from './in-reader.ts'

const texts = inspector.body
/** Characters of one value beyond which it is shortened: the page would have to break it into lines as a whole. */
const longest = 4096

type Props = {
  body: Body
  encoding: string
  /** Somebody wants to see what was left out. */
  showWhole: () => void
  give: GiveFinder
}

export function CodeView({ body, encoding, showWhole, give }: Props) {
  const { id, side, decoded } = body
  const box = useRef<HTMLDivElement>(null)
  const [reader, setReader] = useState<Reader>()
  const [problem, setProblem] = useState<string>()
  const [cuts, setCuts] = useState(0)
  const whole = useRef(showWhole)
  useEffect(() => {
    whole.current = showWhole
  })

  useEffect(() => {
    const interest = new AbortController()
    const { signal } = interest
    let opened: Reader | undefined
    const open = async (): Promise<void> => {
      const { openReader } = await import('./code-editor.ts')
      const source = await readText({ id, side, decoded }, encoding, signal)
      const wrong = await prettyJsonInTurns(
        source,
        longest,
        (piece) => {
          if (signal.aborted || !box.current) return
          if (!opened) setReader((opened = openReader(box.current, texts.region, () => whole.current())))
          opened.append(piece)
          if (piece.cuts.length > 0) setCuts((before) => before + piece.cuts.length)
        },
        signal,
      )
      setProblem(wrong)
    }
    open().catch((error: unknown) => {
      if (!signal.aborted) setProblem(`${texts.notLoaded} ${faultOf(error).message}`)
    })
    return () => {
      interest.abort()
      opened?.close()
      setReader(undefined)
      setCuts(0)
    }
  }, [id, side, decoded, encoding])

  useEffect(() => {
    if (!reader) return
    const finder = new Finder(readerSource(() => reader))
    const stop = finder.subscribe(() => {
      const { query } = finder.found
      reader.mark(query === '' ? undefined : patternOf(query), finder.current)
    })
    const back = give(finder)
    return () => {
      stop()
      back()
    }
  }, [reader, give])

  return (
    <>
      {problem !== undefined && <p className={bodyStyles['warning']}>{problem}</p>}
      {cuts > 0 && (
        <p className={bodyStyles['warning']}>
          {texts.shortened(countText(cuts), cuts === 1)}{' '}
          <button type="button" className={shownStyles['link']} onClick={showWhole}>
            {texts.showCut}
          </button>
        </p>
      )}
      {!reader && problem === undefined && <Loading text={inspector.loading} />}
      <div className={styles['code']}>
        <div ref={box} className={styles['box']} />
        {reader && (
          <div className={styles['tools']}>
            <IconButton name={texts.foldAll} onClick={() => reader.foldAll()}>
              <ChevronsDownUp size={14} aria-hidden />
            </IconButton>
            <IconButton name={texts.unfoldAll} onClick={() => reader.unfoldAll()}>
              <ChevronsUpDown size={14} aria-hidden />
            </IconButton>
          </div>
        )}
      </div>
    </>
  )
}
