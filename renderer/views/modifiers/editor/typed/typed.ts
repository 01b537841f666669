/** What TypeScript knows, in the editor: completion, types on hovering, the call being written, problems. */
import { autocompletion } from '@codemirror/autocomplete'
import { linter, type Diagnostic } from '@codemirror/lint'
import type { EditorState, Extension } from '@codemirror/state'
import { hoverTooltip, type ViewUpdate } from '@codemirror/view'
import { diagnosticsOf, isMarked, setMarks } from '../marks.ts'
import { ask } from './ask.ts'
import { offersAt } from './offers.ts'
import { signatureHelp } from './signature.ts'
import { toldElement } from './told.ts'
import { withinModifier } from './within.ts'

/** Typing goes on for a while. */
const pauseMs = 250

async function problemsOf(state: EditorState): Promise<Diagnostic[]> {
  const { length } = state.doc
  const found = (await ask(state, 'problems', undefined)) ?? []
  const said = found.map((problem) => ({ ...problem, message: withinModifier(problem.message) }))
  const news = said.filter(({ from, message }) => !isMarked(state, from, message))
  return news.map(({ from, to, severity, message }) => ({
    from: Math.min(from, length),
    to: Math.min(Math.max(from, to), length),
    severity,
    message,
    source: 'types',
  }))
}

const hasOtherMarks = ({ transactions }: ViewUpdate): boolean =>
  transactions.some(({ effects }) => effects.some((effect) => effect.is(setMarks)))

export const typed = (): Extension => [
  autocompletion({ override: [offersAt] }),
  hoverTooltip(async ({ state }, at) => {
    const told = await ask(state, 'hover', { at })
    return told ? { pos: told.from, end: told.to, above: true, create: () => ({ dom: toldElement(told) }) } : null
  }),
  signatureHelp(),
  linter(({ state }) => problemsOf(state), { delay: pauseMs, needsRefresh: hasOtherMarks }),
  linter(({ state }) => diagnosticsOf(state), {
    delay: 0,
    needsRefresh: hasOtherMarks,
  }),
]
