/** The clock by which running flows grow; it stands still while nobody looks at it. */
import { useEffect, useState } from 'react'

const tickMs = 200

export function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!ticking) return
    const timer = setInterval(() => {
      setNow(Date.now())
    }, tickMs)
    return () => {
      clearInterval(timer)
    }
  }, [ticking])
  return now
}
