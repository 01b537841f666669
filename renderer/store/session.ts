/**
 * What the user was doing in this tab, for its reload: the view, filter and order, the flow and its inspector. All but
 * the view belong to one life of the host's list; of another one, ids and filters mean other flows.
 */
import { flows, type FlowId } from './flows.ts'
import { setFilter, sortBy, sortingFrom, useShown, type Sorting } from './list/list.ts'
import { goTo, onPlace, placeFrom, placeNow, type Place } from './place.ts'
import { remember, remembered, whileOpen } from './remembered.ts'
import { seek, useSelection } from './selection.ts'

type Session = {
  epoch: string | undefined
  place: Place
  filter: string
  sorting: Sorting
  focused: FlowId | undefined
  inspecting: boolean
}

const name = 'session'

/** Before anything is drawn, so that nothing jumps; the flow comes back when the list has it. */
export function keepSession(): void {
  let waiting: Session | undefined = remembered(name, sessionFrom, whileOpen)
  goTo(waiting.place)
  sortBy(waiting.sorting)
  setFilter(waiting.filter)

  flows.onChange(() => {
    const { epoch, ready } = flows.facts
    if (!waiting || epoch === undefined) return
    const { focused, inspecting } = waiting
    const isSame = waiting.epoch === undefined || waiting.epoch === epoch
    if (isSame && focused !== undefined && !flows.rows.has(focused) && !ready) return
    const stillUnmoved = useSelection.getState().focused === undefined
    const forgotten = waiting
    waiting = undefined
    if (!isSame) forget(forgotten)
    else if (focused !== undefined && flows.rows.has(focused) && stillUnmoved) seek(focused, inspecting)
    keep()
  })

  const keep = (): void => {
    const { text: filter, sorting } = useShown.getState()
    const { focused, inspecting } = useSelection.getState()
    const now = { epoch: flows.facts.epoch, filter, sorting, focused, inspecting }
    // Until the flow is back, the one to come back is the one to keep.
    const { epoch, ...rest } = waiting ? { ...now, ...pick(waiting) } : now
    remember(name, { epoch, view: placeNow().view, ...rest }, whileOpen)
  }
  let epoch: string | undefined
  flows.onChange(() => {
    if (flows.facts.epoch === epoch) return
    epoch = flows.facts.epoch
    keep()
  })
  onPlace(keep)
  useShown.subscribe(keep)
  useSelection.subscribe(keep)
}

const pick = ({ epoch, focused, inspecting }: Session): Pick<Session, 'epoch' | 'focused' | 'inspecting'> => ({
  epoch,
  focused,
  inspecting,
})

/** Unless the user has meanwhile written something else. */
function forget({ filter, sorting }: Session): void {
  const shown = useShown.getState()
  if (shown.text === filter) setFilter('')
  if (shown.sorting.by === sorting.by) sortBy(sortingFrom(undefined))
}

function sessionFrom(value: unknown): Session {
  const found = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const { epoch, view, filter, sorting, focused, inspecting } = found
  return {
    epoch: typeof epoch === 'string' ? epoch : undefined,
    place: placeFrom(view),
    filter: typeof filter === 'string' ? filter : '',
    sorting: sortingFrom(sorting),
    focused: typeof focused === 'number' ? focused : undefined,
    inspecting: inspecting === true,
  }
}
