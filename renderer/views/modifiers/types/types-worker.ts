/**
 * TypeScript in a worker of its own: it takes half a second to begin and some milliseconds for an answer, and the window
 * waits for neither. Its script is served under a policy that allows it nothing: all it needs is inside.
 */
import types from '../../../../assets/modifiers/spillway.d.ts?raw'
import type { FromWorker, Question, Questions, ToWorker } from './protocol.ts'
import { TypeService } from './service.ts'

const texts = import.meta.glob<string>(
  ['../../../../node_modules/typescript/lib/lib.{es5,es20*,decorators*}.d.ts', '!**/*.full.d.ts'],
  { query: '?raw', import: 'default', eager: true },
)
const libs = new Map(Object.entries(texts).map(([path, text]) => [path.slice(path.lastIndexOf('/') + 1), text]))
const service = new TypeService(libs, types)

const answers: { [Q in Question]: (takes: Questions[Q]['takes']) => Questions[Q]['gives'] } = {
  problems: () => service.problems(),
  offers: (takes) => service.offers(takes),
  details: (takes) => service.details(takes),
  hover: (takes) => service.hover(takes),
  signature: (takes) => service.signature(takes),
  format: () => service.format(),
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  const { id, question, takes, file } = data
  const answer = (message: FromWorker): void => self.postMessage(message)
  try {
    if (file) service.give(file.name, file.text)
    // Question and takes belong together by the client's signature; the message cannot say so.
    answer({ id, gives: answers[question](takes as never) })
  } catch (error) {
    answer({ id, failed: error instanceof Error ? error.message : String(error) })
  }
}
