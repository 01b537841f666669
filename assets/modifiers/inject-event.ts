/** Puts an event of your own into an event stream: after the first one that comes, and at the end. */
import { events, sse } from 'spillway'

export const match: Match = { type: 'text/event-stream' }

export default async function* (chunks: Chunks, flow: Flow) {
  let seen = 0
  for await (const event of events(chunks)) {
    yield sse(event)
    if (event.kind === 'event' && ++seen === 1) {
      yield sse({ type: 'note', data: { text: 'injected by Spillway', flow: flow.id } })
    }
  }
  yield sse({ type: 'note', data: { text: 'the end', events: seen } })
}
