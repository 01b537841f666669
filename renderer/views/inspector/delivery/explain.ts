/**
 * How a body reached the client and why, as a sentence with the setting that would change it. The engine tells its
 * reason in words (main/streaming/reason.ts); words this module does not know are shown as they are, without a link.
 */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import type { OptionKey } from '../../../../app/contract/options.ts'
import { ruleOf } from './deciding-rule.ts'

export type SettingKey = Extract<
  OptionKey,
  | 'bodyDisk'
  | 'bufferLimit'
  | 'connectTimeoutMs'
  | 'fieldLimit'
  | 'headLimit'
  | 'holdMs'
  | 'idleLimitMs'
  | 'insecure'
  | 'liveTypes'
  | 'maxFlows'
  | 'originCa'
  | 'passthrough'
  | 'rules'
  | 'stream'
  | 'streamUnknown'
  | 'upstream'
  | 'proxyAuth'
>
export type Delivery = NonNullable<FlowDetail['delivery']>

/** `strong` is what decided. */
export type Explanation = {
  before: string
  strong: string
  after: string
  setting: SettingKey | undefined
  /** Names of those that decided. */
  modifiers?: readonly string[]
}

type Told = Omit<Explanation, 'before'> & { before?: string }

/** `rest` is what the pattern captured; `running`: the flow has not ended, so nothing is over yet. */
type Known = { words: RegExp; tell: (rest: string, running: boolean) => Told }

/** The reason of flows for Spillway's own site. */
const ownAnswer = 'answered by Spillway itself'

const known: Known[] = [
  {
    words: /^no body$/,
    tell: () => ({ before: '', strong: 'no body', after: ', so nothing is held.', setting: undefined }),
  },
  {
    words: new RegExp(`^(${ownAnswer})$`),
    tell: (words) => ({ strong: words, after: ', and no origin was asked.', setting: undefined }),
  },
  {
    words: /^(.+) needs the whole body$/,
    tell: (who) => ({ strong: who, after: ' needs the whole body.', setting: 'rules' }),
  },
  {
    words: /^(rule .+)$/s,
    tell: (rule) => {
      const { label, asked } = ruleOf(rule) ?? { label: rule, asked: undefined }
      return { strong: label, after: asked === undefined ? ' decided.' : ` (${asked}) decided.`, setting: 'rules' }
    },
  },
  { words: /^live type (.+)$/, tell: (type) => ({ strong: type, after: ' is a live type.', setting: 'liveTypes' }) },
  {
    words: /^larger than the buffer limit of (.+)$/,
    tell: (size) => ({
      strong: `larger than ${size}`,
      after: ', the most that is held of one body.',
      setting: 'bufferLimit',
    }),
  },
  {
    words: /^(larger than .+)$/,
    tell: (words) => ({ before: 'it is ', strong: words, after: ', the size rule.', setting: 'stream' }),
  },
  {
    words: /^(not larger than .+)$/,
    tell: (words) => ({ before: 'it is ', strong: words, after: ', the size rule.', setting: 'stream' }),
  },
  {
    words: /^unknown length, held up to (.+)$/,
    tell: (size, running) => ({
      before: `its length ${running ? 'is' : 'was'} `,
      strong: 'not known beforehand',
      after: running ? `; beyond ${size}, the size rule, it streams.` : `, and the size rule is ${size}.`,
      setting: 'streamUnknown',
    }),
  },
  {
    words: /^unknown length$/,
    tell: () => ({
      before: 'its length was ',
      strong: 'not known beforehand',
      after: ', and such bodies are set to stream.',
      setting: 'streamUnknown',
    }),
  },
  {
    words: /^(no rule streams it)$/,
    tell: (words) => ({ strong: words, after: ', and no size rule is set.', setting: 'stream' }),
  },
  {
    words: /^(held for more than .+)$/,
    tell: (words) => ({ before: 'it was ', strong: words, after: ' without completing.', setting: 'holdMs' }),
  },
  {
    words: /^passthrough (.+)$/,
    tell: (pattern) => ({ before: '', strong: pattern, after: ' is a passthrough host.', setting: 'passthrough' }),
  },
  {
    words: /^responseHead of modifier (.+)$/,
    tell: (name) => ({ strong: `responseHead of ${name}`, after: ' decided.', setting: undefined, modifiers: [name] }),
  },
  {
    words: /^modifiers? (.+)$/,
    tell: (rest) => {
      const modifiers = rest.split(', modifier ')
      const before = modifiers.length === 1 ? 'it goes through the modifier ' : 'it goes through the modifiers '
      return { before, strong: modifiers.join(', '), after: '.', setting: undefined, modifiers }
    },
  },
]

const runningStates: ReadonlySet<FlowDetail['state']> = new Set(['pending', 'held', 'streaming', 'tunnelled'])

export const isRunning = (state: FlowDetail['state']): boolean => runningStates.has(state)

/** Total: there is a sentence for any delivery. */
export function explain({ mode, reason, crossoverAt }: Delivery, state: FlowDetail['state']): Explanation {
  const lead = leadOf(mode, crossoverAt, reason, state)
  const running = isRunning(state)
  for (const { words, tell } of known) {
    const match = words.exec(reason)
    if (!match) continue
    const told = tell(match[1] ?? '', running)
    return { ...told, before: lead + (told.before ?? '') }
  }
  return { before: lead, strong: reason, after: '.', setting: undefined }
}

function leadOf(
  mode: Delivery['mode'],
  crossoverAt: number | undefined,
  reason: string,
  state: FlowDetail['state'],
): string {
  if (mode === 'tunnelled') return 'Passed untouched: '
  if (crossoverAt !== undefined) return 'Held at first, then streamed: '
  if (mode === 'streamed') return 'Streamed at once: '
  if (reason === 'no body') return 'There is '
  if (reason === ownAnswer) return 'It was '
  if (isRunning(state)) return 'Held until it is complete: '
  return state === 'done' ? 'Held until it was complete, then sent: ' : 'Held, to be sent when complete: '
}
