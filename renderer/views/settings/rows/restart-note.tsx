import { useState } from 'react'
import { startCapture, stopCapture, useCapture } from '../../../store/capture.ts'
import { settings as texts } from '../../../texts/settings.ts'
import { Button } from '../../../ui/button.tsx'
import styles from './rows.module.css'

/** A change that waits for a start. The capture can be started again from here. */
export function RestartNote({ starts }: { starts: 'capture' | 'program' }) {
  const capturing = useCapture()?.status === 'capturing'
  const [restarting, setRestarting] = useState(false)
  const restart = async (): Promise<void> => {
    setRestarting(true)
    await stopCapture()
    await startCapture()
    setRestarting(false)
  }
  return (
    <div className={styles['later']} role="note">
      <p>{texts.later[starts]}</p>
      {starts === 'capture' && (capturing || restarting) && (
        <Button disabled={restarting} onClick={() => void restart()}>
          {restarting ? texts.restarting : texts.restart}
        </Button>
      )}
    </div>
  )
}
