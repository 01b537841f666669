import { notify } from '../../../store/notices.ts'
import { interceptAgain, passThrough, usePassing } from '../../../store/passthrough.ts'
import { inspector } from '../../../texts/inspector.ts'
import { Popover } from '../../../ui/popover.tsx'
import { Connect } from '../../connect/index.tsx'
import type { WayOut } from '../delivery/ways-out.ts'
import { SettingLink } from './setting-link.tsx'
import styles from './shown.module.css'

const texts = inspector.error

/** Links to what can be done about a failure; `host` as it is passed through. */
export function WaysOut({ ways, host }: { ways: readonly WayOut[]; host: string }) {
  if (ways.length === 0) return null
  return (
    <span className={styles['ways']} role="group" aria-label={texts.ways}>
      {ways.map((way) => {
        switch (way.kind) {
          case 'setting':
            return <SettingLink key={way.setting} setting={way.setting} />
          case 'connect':
            return (
              <Popover
                key="connect"
                title={texts.connect}
                trigger={
                  <button type="button" className={styles['link']}>
                    {texts.connect}
                  </button>
                }
              >
                <Connect />
              </Popover>
            )
          case 'pass-through':
            return <PassThrough key="pass-through" host={host} />
          default:
            return way satisfies never
        }
      })}
    </span>
  )
}

function PassThrough({ host }: { host: string }) {
  const passing = usePassing(host)
  if (passing === 'fixed') return <span>{texts.fixedPassthrough}</span>
  const passes = passing === 'passes'
  const turn = async (): Promise<void> => {
    const fault = await (passes ? interceptAgain([host]) : passThrough([host]))
    if (fault) notify(fault.message, 'problem')
  }
  return (
    <>
      {/* There before it is filled, so that what comes is said. */}
      <span role="status" className={passes ? undefined : styles['empty']}>
        {passes && texts.passes(host)}
      </span>
      {passes && <SettingLink setting="passthrough" />}
      {/* One button for both, so that whoever has pressed it stays on it. */}
      <button key="turn" type="button" className={styles['link']} onClick={() => void turn()}>
        {passes ? texts.interceptAgain : texts.passThrough(host)}
      </button>
    </>
  )
}
