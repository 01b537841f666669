import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { notify } from '../store/notices.ts'
import { common } from '../texts/common.ts'
import { IconButton } from './button.tsx'

/** Puts a text on the clipboard; says so when the browser does not let it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    notify(common.notCopied, 'problem')
    return false
  }
}

type Props = {
  name: string
  text: string | (() => string | Promise<string | undefined>)
  disabled?: boolean
}

/**
 * `name`: what it copies, "Copy the address". `text`: or how it is come by; undefined if it is not, of which it has told.
 * A tick says that it is copied.
 */
export function CopyButton({ name, text, disabled = false }: Props) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(setCopied, 1500, false)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async (): Promise<void> => {
    const found = typeof text === 'string' ? text : await text()
    if (found !== undefined) setCopied(await copyText(found))
  }
  return (
    <IconButton name={copied ? common.copied : name} disabled={disabled} onClick={() => void copy()}>
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </IconButton>
  )
}
