/** A flow's messages through a filter, kept current while they come. */
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { MessageFilter } from '../../../../app/contract/messages.ts'
import { client, faultOf, useConnection } from '../../../client/index.ts'
import { MessageList } from './message-list.ts'

/** Between two answers: the host tells no more often. */
const pauseMs = 50
/** After a failure. */
const againMs = 1000

/** A list of its own for each filter. */
export function useMessages(id: number, { direction, kind }: MessageFilter): MessageList {
  const list = useMemo(() => {
    const filter = { ...(direction && { direction }), ...(kind && { kind }) }
    return new MessageList((from, limit, since, signal) =>
      client.call('flows.messages', { id, filter, from, limit, ...(since && { since }) }, signal),
    )
  }, [id, direction, kind])
  useSyncExternalStore(list.subscribe, () => list.version)
  const connected = useConnection().status === 'connected'
  useEffect(() => {
    if (!connected) return
    const interest = new AbortController()
    void follow(id, list, interest.signal)
    return () => interest.abort()
  }, [id, list, connected])
  useEffect(() => () => list.close(), [list])
  return list
}

/** Hears of more messages while the page can be seen, and once after the end. */
async function follow(id: number, list: MessageList, signal: AbortSignal): Promise<void> {
  const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
  for (let known = 0; !signal.aborted;) {
    if (document.hidden) {
      await rest(againMs)
      continue
    }
    try {
      const { total, running } = await client.call('flows.messageCount', { id, known }, signal)
      if (total > known || list.total === undefined) await list.renew(signal)
      known = Math.max(known, total)
      if (!running) return
      await rest(pauseMs)
    } catch (error) {
      if (faultOf(error).code === 'GONE') return
      await rest(againMs)
    }
  }
}
