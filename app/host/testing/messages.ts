/** For tests: messages of a WebSocket as a window asks for them. */
import { once } from 'node:events'
import { expect } from 'vitest'
import type { WsPair } from '../../../main/testing/ws-pair.ts'
import type { MessageFilter, MessageRow } from '../../contract/messages.ts'
import type { MemoryWindow } from './memory-window.ts'

export const soon = { timeout: 20_000, interval: 10 }

export async function idOf(window: MemoryWindow): Promise<number> {
  const { rows } = await window.event('flows', ({ rows }) => rows.some(({ path }) => path === '/socket'))
  return rows.find(({ path }) => path === '/socket')?.id ?? 0
}

/** A page of messages, all of which are listed. */
export async function page(window: MemoryWindow, id: number, filter: MessageFilter = {}, from = 0, limit = 200) {
  const { total, rows } = await window.call('flows.messages', { id, filter, from, limit })
  const listed = rows.filter((row): row is MessageRow => !('lost' in row))
  expect(listed).toHaveLength(rows.length)
  return { total, rows: listed }
}

/** Sends, and waits until the other end has it. */
export async function talk({ client, server }: WsPair, who: 'client' | 'server', data: string | Buffer): Promise<void> {
  const [from, to] = who === 'client' ? [client, server] : [server, client]
  const arrived = once(to, 'message')
  from.send(data)
  await arrived
}

/** Places of those that contain the text, and what could not be searched; in as many questions as it takes. */
export async function find(window: MemoryWindow, id: number, text: string, filter: MessageFilter = {}) {
  const places: number[] = []
  let missed = 0
  let questions = 0
  for (let at = { next: 0, place: 0, total: 1 }; at.next < at.total; questions++) {
    const answer = await window.call('flows.findMessages', { id, filter, text, from: at.next, place: at.place })
    places.push(...answer.found)
    missed += answer.missed
    at = answer
  }
  return { places, missed, questions }
}
