import { CircleAlert, Info, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { closeNotice, useNotices, type Notice } from '../../store/notices.ts'
import { common } from '../../texts/common.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import styles from './toasts.module.css'

/** An info goes by itself, later when something can be done about it; a problem waits to be read. */
const infoMs = 4000
const actMs = 10_000

/** The notices (store/notices.ts), newest last; said by assistive technology as they come. */
export function Toasts() {
  const notices = useNotices((held) => held.notices)
  return (
    <div className={styles['toasts']} role="log" aria-label={common.messages}>
      {notices.map((notice) => (
        <Toast key={notice.id} notice={notice} />
      ))}
    </div>
  )
}

/** It stays while it is pointed at or focused. */
function Toast({ notice: { id, sentence, tone, act } }: { notice: Notice }) {
  const [kept, setKept] = useState(false)
  const ms = act ? actMs : infoMs
  useEffect(() => {
    if (tone === 'problem' || kept) return
    const timer = setTimeout(closeNotice, ms, id)
    return () => clearTimeout(timer)
  }, [id, tone, kept, ms])
  const Icon = tone === 'problem' ? CircleAlert : Info
  return (
    <div
      className={styles['toast']}
      data-tone={tone}
      onPointerEnter={() => setKept(true)}
      onPointerLeave={() => setKept(false)}
      onFocus={() => setKept(true)}
      onBlur={() => setKept(false)}
    >
      <Icon size={16} aria-hidden />
      <span>{sentence}</span>
      {act && (
        <Button
          onClick={() => {
            closeNotice(id)
            act.run()
          }}
        >
          {act.name}
        </Button>
      )}
      <IconButton name={common.close} onClick={() => closeNotice(id)}>
        <X size={14} aria-hidden />
      </IconButton>
    </div>
  )
}
