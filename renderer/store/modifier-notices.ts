/**
 * Tells of modifiers that cannot be applied or were switched off, where their user does not see it anyway: at the edge of
 * the window, once for each, and only as long as it holds. Whoever has one open is told above its text.
 */
import type { ModifierRow } from '../../app/contract/modifiers.ts'
import { modifiers as texts } from '../texts/modifiers.ts'
import { onModifiers } from './modifiers.ts'
import { notify, takeBack } from './notices.ts'
import { useOpened } from './opened.ts'
import { goTo, onPlace, placeNow } from './place.ts'

/** What is wrong with each, by id. */
export type Wrongs = ReadonlyMap<string, string>

export function wrongsOf(rows: readonly ModifierRow[]): Wrongs {
  return new Map(
    rows.flatMap(({ id, status, problem }) => {
      if (!problem) return []
      const more = status === 'killed' ? texts.status.killed3 : status === 'applied' ? texts.status.lastGood : ''
      return [[id, `${problem.message} ${more}`.trimEnd()] as const]
    }),
  )
}

/** What is to be told, and what does not hold any more. `before`: undefined at first, when nothing is news. */
export function newsOf(
  before: Wrongs | undefined,
  now: Wrongs,
  inSight: string | undefined,
): { told: [id: string, sentence: string][]; over: string[] } {
  const isNews = ([id, sentence]: [string, string]): boolean =>
    before !== undefined && id !== inSight && before.get(id) !== sentence
  return { told: [...now].filter(isNews), over: before ? [...before.keys()].filter((id) => !now.has(id)) : [] }
}

const causeOf = (id: string): string => `modifier ${id}`

const inSight = (): string | undefined => (placeNow().view === 'modifiers' ? useOpened.getState().id : undefined)

/** For the life of the window. */
export function tellOfModifiers(): void {
  let before: Wrongs | undefined
  onModifiers(({ rows }) => {
    const now = wrongsOf(rows)
    const { told, over } = newsOf(before, now, inSight())
    before = now
    for (const id of over) takeBack(causeOf(id))
    for (const [id, sentence] of told) {
      const act = { name: texts.list.open, run: () => goTo({ view: 'modifiers', file: id }) }
      notify(sentence, 'problem', { cause: causeOf(id), act })
    }
  })
  const seen = (): void => {
    const id = inSight()
    if (id !== undefined) takeBack(causeOf(id))
  }
  onPlace(seen)
  useOpened.subscribe(seen)
}
