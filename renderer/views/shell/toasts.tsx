import { CircleAlert, Info, X } from 'lucide-react'
import { useEffect } from 'react'
import { closeNotice, useNotices, type Notice } from '../../store/notices.ts'
import { common } from '../../texts/common.ts'
import { IconButton } from '../../ui/button.tsx'
import styles from './toasts.module.css'

/** An info goes by itself; a problem waits to be read. */
const infoMs = 4000

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

function Toast({ notice: { id, sentence, tone } }: { notice: Notice }) {
  useEffect(() => {
    if (tone === 'problem') return
    const timer = setTimeout(closeNotice, infoMs, id)
    return () => clearTimeout(timer)
  }, [id, tone])
  const Icon = tone === 'problem' ? CircleAlert : Info
  return (
    <div className={styles['toast']} data-tone={tone}>
      <Icon size={16} aria-hidden />
      <span>{sentence}</span>
      <IconButton name={common.close} onClick={() => closeNotice(id)}>
        <X size={14} aria-hidden />
      </IconButton>
    </div>
  )
}
