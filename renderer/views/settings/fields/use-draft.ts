/**
 * What is being typed into a field, apart from what holds: a wrong text changes nothing, and a change from elsewhere
 * does not touch it.
 */
import type { Option } from '../../../../app/contract/options.ts'
import type { Parsed } from '../../../../app/contract/size.ts'
import { withoutCredentials } from '../../../../app/contract/upstream.ts'
import { settings as texts } from '../../../texts/settings.ts'
import { change } from '../change/history.ts'
import { patchOf } from '../change/patch.ts'
import { same, type Row } from '../rows/table.ts'
import { useKeptDraft } from './kept.ts'
import { readText, written } from './written.ts'

export type Draft = {
  text: string
  read: Parsed<string | number | null>
  /** What is wrong with it, by our own parser or by the host; a sentence. */
  fault: string | undefined
  /** Typed and not applied. */
  dirty: boolean
  /** What the setting has become elsewhere since the typing began. */
  elsewhere: string | undefined
  edit: (text: string) => void
  putBack: () => void
  /** Applies the draft, or this text at once. A wrong one stays where it is. */
  apply: (text?: string) => void
}

type Typed = { text: string; base: string; fault?: string }

export function useDraft({ key, option, text: { title }, usual }: Row, value: unknown): Draft {
  const [typed, setTyped] = useKeptDraft<Typed>(key)
  const stored = written(key, value)
  const text = typed?.text ?? stored
  const read = readText(key, text)
  const dirty = typed !== undefined && typed.text !== stored

  const send = async (sent: string, wanted: string | number | null): Promise<void> => {
    const now = wanted === null ? '' : written(key, wanted)
    // Messages stand where others may look; the field is where it was typed.
    const said = withoutSecrets(option.kind, now)
    const label = wanted === null ? texts.backToDefault(title) : texts.set(title, said)
    const fault = await change({ [key]: wanted }, label)
    // Typing may have gone on meanwhile.
    setTyped((now) => {
      if (now && now.text !== sent) return now
      return fault ? { text: sent, base: stored, fault: fault.message } : undefined
    })
  }

  const apply = (given = text): void => {
    const taken = readText(key, given)
    if (given !== text) setTyped({ text: given, base: stored })
    if (!taken.ok) return
    if (same(taken.value, patchOf({ [key]: value }, [key])[key])) setTyped(undefined)
    else void send(given, taken.value)
  }

  return {
    text,
    read,
    fault: dirty ? (read.ok ? typed.fault : read.message) : undefined,
    dirty,
    elsewhere: dirty && typed.base !== stored ? (stored === '' ? usual : stored) : undefined,
    edit: (next) => setTyped((now) => ({ text: next, base: now?.base ?? stored })),
    putBack: () => setTyped(undefined),
    apply,
  }
}

function withoutSecrets(kind: Option['kind'], text: string): string {
  if (kind === 'proxy') return withoutCredentials(text)
  return kind === 'credentials' ? text.replace(/:.*/s, ':***') : text
}
