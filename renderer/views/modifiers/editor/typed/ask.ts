import type { EditorState } from '@codemirror/state'
import { create } from 'zustand'
import { NoTypes, types } from '../../types/types-client.ts'
import type { Question, Questions } from '../../types/protocol.ts'
import { fileName } from '../file-name.ts'

/** Whether TypeScript could not be started. */
export const useTypes = create(() => ({ missing: false }))

/** Asks about the text of the state. Undefined, too, where TypeScript has no answer because it could not begin. */
export async function ask<Q extends Question>(
  state: EditorState,
  question: Q,
  takes: Questions[Q]['takes'],
): Promise<Questions[Q]['gives'] | undefined> {
  try {
    const gives = await types.ask(question, takes, state.facet(fileName), state.doc)
    useTypes.setState({ missing: false })
    return gives
  } catch (error) {
    if (!(error instanceof NoTypes)) throw error
    if (error.never) useTypes.setState({ missing: true })
    return undefined
  }
}
