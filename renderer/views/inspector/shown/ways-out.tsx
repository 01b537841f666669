import { notify } from '../../../store/notices.ts'
import { changeSettings, settingsNow, useSettings } from '../../../store/settings.ts'
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
  const settings = useSettings()
  if (settings?.values.passthrough?.includes(host)) {
    return (
      <>
        <span>{texts.passes(host)}</span>
        <SettingLink setting="passthrough" />
      </>
    )
  }
  if (settings?.fixed.includes('passthrough')) return <span>{texts.fixedPassthrough}</span>
  return (
    <button type="button" className={styles['link']} onClick={() => void passThrough(host)}>
      {texts.passThrough(host)}
    </button>
  )
}

async function passThrough(host: string): Promise<void> {
  const patterns = settingsNow()?.values.passthrough ?? []
  const fault = await changeSettings({ passthrough: [...patterns, host] })
  if (fault) notify(fault.message, 'problem')
}
