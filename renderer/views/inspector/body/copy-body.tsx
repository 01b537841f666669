import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { faultOf } from '../../../client/index.ts'
import { notify } from '../../../store/notices.ts'
import { inspector } from '../../../texts/inspector.ts'
import { common } from '../../../texts/common.ts'
import { IconButton } from '../../../ui/button.tsx'
import { copyText } from '../../../ui/copy-button.tsx'
import { charsetOf, decodeText } from '../reading/charset.ts'
import { looksLikeText } from '../content/view-choice.ts'
import { sizeText } from '../../../texts/amounts.ts'
import { readAll, type Body } from './pages/body-bytes.ts'

const texts = inspector.body
const limit = 16 * 1024 * 1024

/** Text as text; other bytes as hex digits, since a clipboard takes no bytes. */
async function textOf(body: Body): Promise<string> {
  const bytes = await readAll(body, new AbortController().signal, limit)
  if (looksLikeText(body.first)) return decodeText(bytes, charsetOf(body.contentType, body.first).encoding, true)
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

export function CopyBody({ body }: { body: Body }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(setCopied, 1500, false)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async (): Promise<void> => {
    const most = looksLikeText(body.first) ? limit : limit / 16
    if (body.total > most) {
      notify(texts.tooLargeToCopy(sizeText(most)), 'problem')
      return
    }
    try {
      setCopied(await copyText(await textOf(body)))
    } catch (error) {
      notify(`${texts.notLoaded} ${faultOf(error).message}`, 'problem')
    }
  }
  return (
    <IconButton name={copied ? common.copied : texts.copy} onClick={() => void copy()}>
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </IconButton>
  )
}
