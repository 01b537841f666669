import { formatSize } from '../model/size.ts'

/** Why a body is delivered as it is. A value, so that the window can link to the setting; in words for everybody else. */
export type Reason =
  | { kind: 'no-body' }
  | { kind: 'whole-body'; by: string }
  | { kind: 'script'; by: string }
  | { kind: 'modifier'; names: readonly string[] }
  /** `words`: what the rule asked for. */
  | { kind: 'rule'; label: string; words: string }
  | { kind: 'live-type'; type: string }
  | { kind: 'larger'; than: number }
  | { kind: 'not-larger'; than: number }
  | { kind: 'unknown-length' }
  | { kind: 'unknown-length-held'; upTo: number }
  | { kind: 'no-size-rule' }
  | { kind: 'held'; ms: number }
  | { kind: 'buffer-limit'; limit: number }
  | { kind: 'no-room'; cause: string }

/** In a few words, as a flow tells it: "larger than 3m". */
export function describeReason(reason: Reason): string {
  switch (reason.kind) {
    case 'no-body':
      return 'no body'
    case 'whole-body':
      return `${reason.by} needs the whole body`
    case 'script':
      return reason.by
    case 'modifier':
      return reason.names.map((name) => `modifier ${name}`).join(', ')
    case 'rule':
      return `${reason.label}: ${reason.words}`
    case 'live-type':
      return `live type ${reason.type}`
    case 'larger':
      return `larger than ${formatSize(reason.than)}`
    case 'not-larger':
      return `not larger than ${formatSize(reason.than)}`
    case 'unknown-length':
      return 'unknown length'
    case 'unknown-length-held':
      return `unknown length, held up to ${formatSize(reason.upTo)}`
    case 'no-size-rule':
      return 'no rule streams it'
    case 'held':
      return `held for more than ${reason.ms} ms`
    case 'buffer-limit':
      return `larger than the buffer limit of ${formatSize(reason.limit)}`
    case 'no-room':
      return `the temporary file could not be written (${reason.cause})`
    default:
      return reason satisfies never
  }
}
