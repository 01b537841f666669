import type { Flow } from '../model/flow.ts'
import { AwakeClock } from './awake.ts'
import type { ProxyContext } from './context.ts'

/**
 * Ends flows in which nothing has moved for the idle limit, when the user set one. It looks at their counters from
 * time to time, so that bytes on their way pay nothing for it. Returns how to stop watching.
 */
export function watchIdle(context: ProxyContext): () => void {
  const { idleLimitMs } = context.settings
  if (idleLimitMs === undefined) return () => undefined
  const seen = new WeakMap<Flow, { moved: number; since: number }>()
  const lookMs = Math.max(10, idleLimitMs / 4)
  const clock = new AwakeClock(lookMs)
  const timer = setInterval(() => {
    const now = clock.look()
    for (const flow of context.life.open()) {
      const moved = movement(flow)
      const last = seen.get(flow)
      if (last?.moved !== moved) {
        seen.set(flow, { moved, since: now })
      } else if (now - last.since >= idleLimitMs && !clock.isLate) {
        const phase = flow.response ? 'response-body' : 'response-head'
        const message = `Nothing moved for ${idleLimitMs} ms, the idle limit that is set`
        context.life.abort(flow.id, { code: 'IDLE', side: 'proxy', phase, message })
      }
    }
  }, lookMs).unref()
  return () => clearInterval(timer)
}

function movement({ request, response, informational }: Flow): number {
  const received = response ? 1 + response.bytes + response.delivered : 0
  return request.bytes + request.delivered + received + informational.length
}
