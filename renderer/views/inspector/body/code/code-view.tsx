/** Text and JSON with line numbers, folding and search. The first page stands at once, the rest follows. */
import { ChevronsDownUp, ChevronsUpDown, Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { faultOf } from '../../../../client/index.ts'
import { inspector } from '../../../../texts/inspector.ts'
import { IconButton } from '../../../../ui/button.tsx'
import { charsetOf } from '../../reading/charset.ts'
import { prettyJsonInTurns } from '../../reading/pretty-json.ts'
import { Loading } from '../../shown/state-message.tsx'
import { readPieces, type Body } from '../pages/body-bytes.ts'
import bodyStyles from '../body.module.css'
import type { Reader } from './code-editor.ts'
import styles from './code.module.css'

const texts = inspector.body
/** The parser behind colours and folds takes a token at a time, and a second for some megabytes of one. */
const longestToken = 128 * 1024

export function CodeView({ body, json }: { body: Body; json: boolean }) {
  const { id, side, decoded, contentType } = body
  const { encoding, problem: unknownCharset } = charsetOf(contentType, body.first)
  const box = useRef<HTMLDivElement>(null)
  const [reader, setReader] = useState<Reader>()
  const [problem, setProblem] = useState<string>()

  useEffect(() => {
    const interest = new AbortController()
    const { signal } = interest
    let opened: Reader | undefined
    const open = async (): Promise<void> => {
      const { openReader } = await import('./code-editor.ts')
      const show = (text: string): void => {
        if (signal.aborted || !box.current) return
        if (opened) opened.append(text)
        else setReader((opened = openReader(box.current, texts.region, isJson, text)))
      }
      const decoder = new TextDecoder(encoding)
      let isJson = json
      let all = ''
      for await (const piece of readPieces({ id, side, decoded }, signal)) {
        const text = decoder.decode(piece, { stream: true })
        if (json) all += text
        else show(text)
      }
      const rest = decoder.decode()
      if (json) {
        const pretty = await prettyJsonInTurns(all + rest, signal)
        isJson = pretty.longest <= longestToken
        show(pretty.text)
        setProblem(pretty.problem ?? (isJson ? undefined : texts.tooLongToColour))
      } else show(rest)
    }
    open().catch((error: unknown) => {
      if (!signal.aborted) setProblem(`${texts.notLoaded} ${faultOf(error).message}`)
    })
    return () => {
      interest.abort()
      opened?.close()
      setReader(undefined)
    }
  }, [id, side, decoded, encoding, json])

  return (
    <>
      {unknownCharset !== undefined && <p className={bodyStyles['warning']}>{unknownCharset}</p>}
      {problem !== undefined && <p className={bodyStyles['warning']}>{problem}</p>}
      {!reader && problem === undefined && <Loading text={inspector.loading} />}
      <div className={styles['code']}>
        <div ref={box} className={styles['box']} />
        {reader && (
          <div className={styles['tools']}>
            <IconButton name={texts.searchBody} onClick={() => reader.search()}>
              <Search size={14} aria-hidden />
            </IconButton>
            {reader.foldAll && (
              <>
                <IconButton name={texts.foldAll} onClick={reader.foldAll}>
                  <ChevronsDownUp size={14} aria-hidden />
                </IconButton>
                <IconButton name={texts.unfoldAll} onClick={reader.unfoldAll}>
                  <ChevronsUpDown size={14} aria-hidden />
                </IconButton>
              </>
            )}
          </div>
        )}
      </div>
    </>
  )
}
