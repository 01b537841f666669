/** What is to be said about a flow's messages as a whole. Pure. */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { sizeText } from '../../../texts/amounts.ts'
import { messages as texts } from '../../../texts/messages.ts'
import { settingOfNote } from '../delivery/ways-out.ts'

/** Sentences; `limited`: those of what the space for bodies on disk did not suffice for. */
export type Remarks = { sentences: string[]; limited: string[] }

/** The engine's notes of it (main/proxy/web-socket, main/flows). */
const asSent = 'messages are shown as they were sent: '
const notShown = /^messages (sent|received) are not shown from byte \d+ on: (.+)$/s
const notKept = /^(\d+) bytes of what was (sent|received) are not recorded \((.+?)\): (.+)$/s
const notListed = /^(\d+) messages? (?:is|are) not listed \((.+?)\): (.+)$/s
const givenUp = /^(parts of the )?recorded (request|response|list)\b.* given up: (.+)$/s

export function remarksOn({ notes }: Pick<FlowDetail, 'notes'>): Remarks {
  const sentences: string[] = []
  if (notes.some((note) => note.startsWith(asSent))) sentences.push(texts.asSent)
  for (const note of notes) {
    const [, direction, why] = notShown.exec(note) ?? []
    if (direction !== undefined && why !== undefined) sentences.push(texts.notShown(direction, why))
  }
  const limited: string[] = []
  for (const note of notes) {
    const sentence = missing(note)
    if (sentence !== undefined) (settingOfNote(note) === 'bodyDisk' ? limited : sentences).push(sentence)
  }
  return { sentences, limited }
}

function missing(note: string): string | undefined {
  const [, bytes, direction = '', places = '', why = ''] = notKept.exec(note) ?? []
  if (bytes !== undefined) return texts.notKept(sizeText(Number(bytes)), direction, places, why)
  const [, count, numbers = '', reason = ''] = notListed.exec(note) ?? []
  if (count !== undefined) return texts.notKeptInList(Number(count), numbers, reason)
  const [, parts, side, cause = ''] = givenUp.exec(note) ?? []
  if (side !== 'request' && side !== 'response' && side !== 'list') return undefined
  return texts.givenUp(parts === undefined ? texts.ofSide[side] : texts.partsOfSide[side], cause)
}
