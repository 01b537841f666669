/** Completion: what fits at the cursor, and the library's names with their import. */
import {
  pickedCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete'
import type { EditorState } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { Offer } from '../../types/protocol.ts'
import { ask } from './ask.ts'
import { toldElement } from './told.ts'

export async function offersAt(context: CompletionContext): Promise<CompletionResult | null> {
  const { state, pos, explicit } = context
  // Looked at before TypeScript is asked: nothing is offered behind a space.
  if (!explicit && context.matchBefore(/[\w$.]$/) === null) return null
  const answer = await ask(state, 'offers', { at: pos, typed: !explicit })
  if (context.aborted) return null
  // "Nothing fits here", not "nobody knows": for the latter what was typed meanwhile would not be asked about.
  if (!answer) return { from: pos, options: [] }
  const options = answer.offers.map((offer) => completionOf(offer, state, pos))
  return { from: answer.from, options, validFor: /^[\w$]*$/ }
}

function completionOf(offer: Offer, state: EditorState, at: number): Completion {
  const { name, module } = offer
  return {
    label: name,
    ...(module !== undefined && { detail: module }),
    boost: boostOf(offer),
    info: async () => {
      const told = await ask(state, 'details', { at, name, module })
      return told ? toldElement(told) : null
    },
    apply: (view, completion, from, to) => void take(view, completion, offer, from, to),
  }
}

/** TypeScript's order, but what the library has comes before the language's globals. */
function boostOf({ sort, module }: Offer): number {
  if (module === 'spillway') return 2
  if (module !== undefined) return -20
  const rank = Number.parseInt(sort, 10)
  if (Number.isNaN(rank)) return -30
  return rank <= 12 ? 5 : rank <= 14 ? 1 : -5
}

/** Inserts it, and the import it needs, as one change that is taken back as one. */
async function take(view: EditorView, completion: Completion, offer: Offer, from: number, to: number): Promise<void> {
  const { state } = view
  const { name, module, insert = name } = offer
  const details = module === undefined ? undefined : await ask(state, 'details', { at: to, name, module })
  // Typing went on meanwhile, and has the last word.
  if (view.state.doc !== state.doc) return
  const changes = [...(details?.changes ?? []), { from, to, insert }]
  const made = state.changes(changes)
  view.dispatch({
    changes: made,
    selection: { anchor: made.mapPos(to, 1) },
    annotations: pickedCompletion.of(completion),
    userEvent: 'input.complete',
    scrollIntoView: true,
  })
}
