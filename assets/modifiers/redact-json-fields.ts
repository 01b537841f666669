/** Hides fields in the JSON of an event stream, at any depth, such as those in a language model's answer. */
import { events, sse } from 'spillway'

export const match: Match = { type: 'text/event-stream' }

const hidden = ['email', 'phone', 'user', 'system_fingerprint']

export default async function* (chunks: Chunks) {
  for await (const event of events(chunks)) {
    // What is no JSON, like [DONE], has nothing to hide, and neither has a comment. What has is written anew: numbers of
    // more than 15 digits lose some there.
    const value: unknown = event.dataAsJson()
    if (hide(value)) event.data = JSON.stringify(value)
    yield sse(event)
  }
}

/** Whether there was something to hide. Data without it is sent as it came, to the byte. */
function hide(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  let found = false
  for (const [name, inner] of Object.entries(value)) {
    if (hidden.includes(name)) {
      Reflect.set(value, name, '[hidden]')
      found = true
    } else if (hide(inner)) {
      found = true
    }
  }
  return found
}
