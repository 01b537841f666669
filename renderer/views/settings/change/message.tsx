import { Undo2, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { common } from '../../../texts/common.ts'
import { settings as texts } from '../../../texts/settings.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import { closeSaid, undo, useHistory } from './history.ts'
import styles from './change.module.css'

const shownMs = 8000

/** What was just changed, with the way back. It stays while it is pointed at or focused. */
export function ChangeMessage() {
  const said = useHistory((history) => history.said)
  const [kept, setKept] = useState(false)
  useEffect(() => {
    if (!said || kept || said.problem) return
    const timer = setTimeout(closeSaid, shownMs)
    return () => clearTimeout(timer)
  }, [said, kept])
  return (
    <div role="status" className={styles['place']}>
      {said && (
        <div
          className={classes(styles['message'], said.problem && styles['problem'])}
          onPointerEnter={() => setKept(true)}
          onPointerLeave={() => setKept(false)}
          onFocus={() => setKept(true)}
          onBlur={() => setKept(false)}
        >
          <span className={styles['sentence']}>{said.sentence}</span>
          {said.canUndo && (
            <Button
              onClick={() => {
                setKept(false)
                void undo()
              }}
            >
              <Undo2 size={14} aria-hidden /> {texts.undo}
            </Button>
          )}
          <IconButton
            name={common.close}
            onClick={() => {
              setKept(false)
              closeSaid()
            }}
          >
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      )}
    </div>
  )
}
