/** What TypeScript knows, in the editor: completion, types on hovering, the call being written, problems. */
import { autocompletion } from '@codemirror/autocomplete'
import { linter, type Diagnostic } from '@codemirror/lint'
import type { EditorState, Extension } from '@codemirror/state'
import { hoverTooltip } from '@codemirror/view'
import { diagnosticsOf, setMarks } from '../marks.ts'
import { ask } from './ask.ts'
import { offersAt } from './offers.ts'
import { signatureHelp } from './signature.ts'
import { toldElement } from './told.ts'

/** Typing goes on for a while. */
const pauseMs = 250

async function problemsOf(state: EditorState): Promise<Diagnostic[]> {
  const { length } = state.doc
  const found = (await ask(state, 'problems', undefined)) ?? []
  return found.map(({ from, to, severity, message }) => ({
    from: Math.min(from, length),
    to: Math.min(Math.max(from, to), length),
    severity,
    message,
    source: 'types',
  }))
}

export const typed = (): Extension => [
  autocompletion({ override: [offersAt] }),
  hoverTooltip(async ({ state }, at) => {
    const told = await ask(state, 'hover', { at })
    return told ? { pos: told.from, end: told.to, above: true, create: () => ({ dom: toldElement(told) }) } : null
  }),
  signatureHelp(),
  linter(({ state }) => problemsOf(state), { delay: pauseMs }),
  linter(({ state }) => diagnosticsOf(state), {
    delay: 0,
    needsRefresh: ({ transactions }) =>
      transactions.some(({ effects }) => effects.some((effect) => effect.is(setMarks))),
  }),
]
