/** What is to be said about a flow's messages as a whole. Pure. */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { sizeText } from '../../../texts/amounts.ts'
import { messages as texts } from '../../../texts/messages.ts'
import { isRunning } from '../delivery/explain.ts'

/** Sentences, and whether the buffer limit is why. */
export type Remarks = { sentences: string[]; limited: string | undefined }

/** The engine's notes of it (main/proxy/web-socket). */
const asSent = 'messages are shown as they were sent: '
const notShown = /^messages (sent|received) are not shown from byte \d+ on: (.+)$/s

export function remarksOn({ state, notes, request, response, messages }: FlowDetail): Remarks {
  const sentences: string[] = []
  if (notes.some((note) => note.startsWith(asSent))) sentences.push(texts.asSent)
  for (const note of notes) {
    const [, direction, why] = notShown.exec(note) ?? []
    if (direction !== undefined && why !== undefined) sentences.push(texts.notShown(direction, why))
  }
  if (messages?.recorded === 'partial') sentences.push(texts.partList)
  const [sent, received] = [request, response].map((message) =>
    !isRunning(state) && (message?.recorded === 'partial' || (message?.recorded === 'missing' && message.bytes > 0))
      ? sizeText(message.recordedBytes)
      : undefined,
  )
  const limited = sent ?? received
  return { sentences, limited: limited === undefined ? undefined : texts.notRecordedFrom(sent, received) }
}
