/** The search over all messages of a tab: whether it is open, and its finder for each list and its places. */
import { useEffect, useRef, useState } from 'react'
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
  /** Undefined until there is one for the list. */
  found: { finder: Finder<number>; source: MessageSource } | undefined
  /** How often it was asked for; none: it is closed. */
  asked: number
  ask: () => void
  close: () => void
}

export function useFind({ id, filter: { direction, kind }, list, chosen, show }: Options): MessageFind {
  const [asked, setAsked] = useState(0)
  const [found, setFound] = useState<MessageFind['found']>()
  const { moves } = list
  const place = useRef(0)
  useEffect(() => {
    place.current = chosen ?? 0
  })
  useEffect(() => {
    const filter = { ...(direction && { direction }), ...(kind && { kind }) }
    const source = new MessageSource({
      async ask(text, from, at, signal) {
        const { since } = list
        const question = { id, filter, text, from, place: at, ...(since && { since }) }
        const answer = await client.call('flows.findMessages', question, signal)
        list.hear(since, answer)
        return answer
      },
      subscribe: list.subscribe,
      connected: (signal) => client.connected(signal),
      place: () => place.current,
      show,
    })
    const finder = new Finder(source)
    setFound({ finder, source })
    return () => finder.close()
    // When places have become others it begins anew.
  }, [id, direction, kind, list, moves, show])
  return {
    found,
    asked,
    ask: () => setAsked((count) => count + 1),
    close: () => {
      setAsked(0)
      found?.finder.find('')
    },
  }
}
