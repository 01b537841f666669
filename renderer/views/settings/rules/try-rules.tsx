import { useEffect, useState } from 'react'
import type { Output } from '../../../../app/contract/contract.ts'
import { client, faultOf } from '../../../client/index.ts'
import { goTo } from '../../../store/place.ts'
import { seek } from '../../../store/selection.ts'
import { settings } from '../../../texts/settings.ts'
import { Button } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import type { Rules } from './rule-list.ts'
import styles from './rules.module.css'

const texts = settings.rules
/** Typing goes on for a while; the host should not try every letter. */
const pauseMs = 300
const shownExamples = 6

type Answer = Output<'rules.try'>
type Result = { asked: string } & ({ answer: Answer } | { problem: string })

type Props = {
  /** Undefined: they are being written, and wrong; what was tried last stays. */
  rules: Rules | undefined
  /** Tries by itself whenever the rules are others; without it, when asked. */
  live?: boolean
}

/** What the flows already captured would have got under these rules, whether they are applied or not. */
export function TryRules({ rules, live = false }: Props) {
  const [round, setRound] = useState(0)
  const [result, setResult] = useState<Result>()
  const written = rules && JSON.stringify(rules)
  const isWanted = live || round > 0
  const asked = isWanted && written !== undefined ? `${round} ${written}` : undefined

  useEffect(() => {
    if (asked === undefined || written === undefined) return
    const gone = new AbortController()
    const ask = async (): Promise<void> => {
      try {
        const patch = { rules: JSON.parse(written) as unknown }
        const answer = await client.call('rules.try', { patch }, gone.signal)
        setResult({ asked, answer })
      } catch (error) {
        const { code, message } = faultOf(error)
        if (code !== 'CANCELLED') setResult({ asked, problem: message })
      }
    }
    const timer = setTimeout(() => void ask(), pauseMs)
    return () => {
      clearTimeout(timer)
      gone.abort()
    }
  }, [asked, written])

  const isTrying = asked !== undefined && result?.asked !== asked
  return (
    <div className={styles['try']}>
      {!live && (
        <Button disabled={isTrying} onClick={() => setRound((now) => now + 1)}>
          {isTrying ? texts.trying : texts.try}
        </Button>
      )}
      <div role="status" className={classes(styles['tried'], rules === undefined && styles['before'])}>
        {result && isWanted && ('answer' in result ? <Tried {...result.answer} /> : result.problem)}
      </div>
    </div>
  )
}

function Tried({ tried, changed, streamed, buffered, examples }: Answer) {
  const shown = examples.slice(0, shownExamples)
  return (
    <>
      <p>
        {texts.tried(tried, changed)} {tried > 0 && texts.split(streamed, buffered)}
      </p>
      {shown.length > 0 && (
        <ul className={styles['trials']}>
          {shown.map(({ id, url, from, to, reason }) => (
            <li key={id}>
              <button
                type="button"
                className={styles['link']}
                aria-label={texts.openFlow(url)}
                onClick={() => {
                  seek(id)
                  goTo({ view: 'flows' })
                }}
              >
                {url}
              </button>
              <span className={styles['way']}>
                {texts.example(from, to)}: {reason}
              </span>
            </li>
          ))}
          {changed > shown.length && <li className={styles['way']}>{texts.moreExamples(changed - shown.length)}</li>}
        </ul>
      )}
    </>
  )
}
