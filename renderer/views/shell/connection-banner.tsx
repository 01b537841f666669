import { Unplug } from 'lucide-react'
import { useEffect, useState } from 'react'
import { client, useConnection } from '../../client/index.ts'
import { shell as texts } from '../../texts/shell.ts'
import { Button } from '../../ui/button.tsx'
import styles from './shell.module.css'

/** Says that the window has lost its host, what that means, and what happens next. */
export function ConnectionBanner() {
  const connection = useConnection()
  const seconds = useSecondsUntil(connection.status === 'lost' ? connection.retryAt : undefined)
  // The first attempt, and a quick new one, are nobody's business.
  const [known, setKnown] = useState(false)
  if (connection.status === 'connected' && !known) setKnown(true)
  if (connection.status === 'connected' || (connection.status === 'connecting' && !known)) return null
  return (
    <div role="alert" className={styles['banner']}>
      <Unplug size={16} aria-hidden />
      <span>{connection.status === 'refused' ? connection.problem : texts.lost(seconds)}</span>
      {connection.status === 'lost' && <Button onClick={() => client.open()}>{texts.again}</Button>}
    </div>
  )
}

function useSecondsUntil(time: number | undefined): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (time === undefined) return
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => {
      clearInterval(timer)
    }
  }, [time])
  return time === undefined ? 0 : Math.max(0, Math.ceil((time - now) / 1000))
}
