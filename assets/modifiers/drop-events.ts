/** Leaves the events of some types out of an event stream; all others pass. */
import { events, sse } from 'spillway'

export const match: Match = { type: 'text/event-stream' }

const dropped = ['ping', 'heartbeat']

export default async function* (chunks: Chunks) {
  for await (const event of events(chunks)) {
    if (!dropped.includes(event.type)) yield sse(event)
  }
}
