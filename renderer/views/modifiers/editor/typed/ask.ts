import type { EditorState } from '@codemirror/state'
import { NoTypes, types } from '../../types/types-client.ts'
import type { Question, Questions } from '../../types/protocol.ts'
import { fileName } from '../file-name.ts'

/** Asks about the text of the state. Undefined, too, where TypeScript has no answer because it could not begin. */
export async function ask<Q extends Question>(
  state: EditorState,
  question: Q,
  takes: Questions[Q]['takes'],
): Promise<Questions[Q]['gives'] | undefined> {
  try {
    return await types.ask(question, takes, state.facet(fileName), state.doc)
  } catch (error) {
    if (error instanceof NoTypes) return undefined
    throw error
  }
}
