/** What is known of both directions of a WebSocket in the midst of it: enough to inflate what comes behind. */
import { MessageInflater, agreedExtensions } from '../../../main/index.ts'
import type { Flow } from '../../../main/model/flow.ts'
import type { MessageDirection } from '../../../main/model/web-socket.ts'

export type Inflaters = { readonly [direction in MessageDirection]: MessageInflater }
/** Whether messages of a direction may refer to those before them. */
export type Takeover = { readonly [direction in MessageDirection]: boolean }
/** Before message `number`. */
export type State = { number: number; inflaters: Inflaters }

/** Each direction stands for itself, or has lost what those that come may refer to. */
export const needsNone = (takeover: Takeover, { inflaters: { sent, received } }: Pick<State, 'inflaters'>): boolean =>
  (!takeover.sent || sent.lost) && (!takeover.received || received.lost)

export function takeoverOf({ request, response }: Flow): Takeover {
  const extensions = agreedExtensions(request.head, response?.head ?? '')
  const deflate = extensions?.kind === 'deflate' ? extensions.parameters : undefined
  return {
    sent: deflate?.clientNoContextTakeover !== true,
    received: deflate?.serverNoContextTakeover !== true,
  }
}

export const fresh = ({ sent, received }: Takeover): Inflaters => ({
  sent: new MessageInflater(sent),
  received: new MessageInflater(received),
})

export function lostOnes(takeover: Takeover): Inflaters {
  const inflaters = fresh(takeover)
  skip(inflaters)
  return inflaters
}

export function skip({ sent, received }: Inflaters): void {
  for (const inflater of [sent, received]) inflater.skip()
}

export const forked = ({ number, inflaters: { sent, received } }: State): State => ({
  number,
  inflaters: { sent: sent.fork(), received: received.fork() },
})
