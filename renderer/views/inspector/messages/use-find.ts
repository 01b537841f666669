/** The search over all messages of a tab: whether it is open, and its finder for each list. */
import { useEffect, useMemo, useRef, useState } from 'react'
import type { MessageFilter } from '../../../../app/contract/messages.ts'
import { client } from '../../../client/index.ts'
import { Finder } from '../body/find/finder.ts'
import { MessageSource } from './find-messages.ts'
import type { MessageList } from './message-list.ts'

type Options = {
  id: number
  filter: MessageFilter
  list: MessageList
  chosen: number | undefined
  show: (place: number) => void
}

export type MessageFind = {
  finder: Finder<number>
  source: MessageSource
  /** How often it was asked for; none: it is closed. */
  asked: number
  ask: () => void
  close: () => void
}

export function useFind({ id, filter: { direction, kind }, list, chosen, show }: Options): MessageFind {
  const [asked, setAsked] = useState(0)
  const place = useRef(0)
  useEffect(() => {
    place.current = chosen ?? 0
  })
  const source = useMemo(() => {
    const filter = { ...(direction && { direction }), ...(kind && { kind }) }
    return new MessageSource({
      ask: (text, from, at, signal) => client.call('flows.findMessages', { id, filter, text, from, place: at }, signal),
      subscribe: list.subscribe,
      place: () => place.current,
      show,
    })
  }, [id, direction, kind, list, show])
  const finder = useMemo(() => new Finder(source), [source])
  useEffect(() => () => finder.close(), [finder])
  return {
    finder,
    source,
    asked,
    ask: () => setAsked((count) => count + 1),
    close: () => {
      setAsked(0)
      finder.find('')
    },
  }
}
