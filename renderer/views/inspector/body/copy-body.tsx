import { hexDigits } from '../../../../app/contract/hex.ts'
import { faultOf } from '../../../client/index.ts'
import { notify } from '../../../store/notices.ts'
import { inspector } from '../../../texts/inspector.ts'
import { CopyButton } from '../../../ui/copy-button.tsx'
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
  return hexDigits(bytes)
}

/** As a text; undefined when it is too large or cannot be read, which is told. */
async function copied(body: Body): Promise<string | undefined> {
  const most = looksLikeText(body.first) ? limit : limit / 16
  if (body.total > most) {
    notify(texts.tooLargeToCopy(sizeText(most)), 'problem')
    return undefined
  }
  try {
    return await textOf(body)
  } catch (error) {
    notify(`${texts.notLoaded} ${faultOf(error).message}`, 'problem')
    return undefined
  }
}

export function CopyBody({ body }: { body: Body }) {
  return <CopyButton name={texts.copy} text={() => copied(body)} />
}
