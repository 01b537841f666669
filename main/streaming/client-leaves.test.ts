/** B12, B13: whoever has had enough, the origin is released at once, and the flow ends once. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Flow } from '../model/flow.ts'
import { openScene } from '../testing/scene.ts'
import { inTime } from '../testing/slowness.ts'
import { enter, states, type State } from '../testing/states.ts'

/** Milliseconds until it has happened. */
async function time(happening: Promise<unknown>): Promise<number> {
  const start = performance.now()
  await happening
  return performance.now() - start
}

/** What came before the end is kept, where it was being recorded. */
async function expectRecord(flow: Flow, state: State, body: Promise<Buffer | undefined>): Promise<void> {
  if (state.name === 'before the answer') {
    expect(flow.response).toBeUndefined()
  } else if (state.name.startsWith('streaming')) {
    expect(flow.response!.body.state).toBe('missing')
  } else {
    const crossed = flow.delivery?.crossoverAt
    const kept = state.content.subarray(0, crossed)
    expect(flow.response!.body).toMatchObject({ state: crossed === undefined ? 'truncated' : 'partial' })
    expect((await body)?.equals(kept)).toBe(true)
  }
}

// Retried, because a machine that stands still for 100 ms is not our failure.
describe.each([false, true])('TLS %s', { retry: 2 }, (tls) => {
  describe.each(states)('$name', (state) => {
    test.each(['closes', 'resets'] as const)('B12: the client %s', async (how) => {
      await using scene = await openScene(state.settings, { tls })
      const { client, connection } = await enter(scene, state)
      if (how === 'closes') client.destroy()
      else client.reset()
      expect(await inTime(await time(connection.closed), 100)).toBe('in time')
      const flow = await scene.ended()
      expect(flow.error).toMatchObject({
        code: 'CLIENT_CLOSED',
        side: 'client',
        phase: state.name === 'before the answer' ? 'response-head' : 'response-body',
      })
      expect(flow.response?.delivered ?? 0).toBeLessThanOrEqual(flow.response?.bytes ?? 0)
      await expectRecord(flow, state, scene.proxy.body(flow))
    })

    test('B13: killed', async () => {
      await using scene = await openScene(state.settings, { tls })
      const { client, connection } = await enter(scene, state)
      const { id } = scene.running
      const received = client.received
      expect(scene.proxy.engine.kill(id)).toBe(true)
      expect(await inTime(await time(connection.closed), 100)).toBe('in time')
      const flow = await scene.ended()
      expect(flow.error).toMatchObject({ code: 'KILLED', side: 'proxy' })
      expect(scene.proxy.engine.kill(id)).toBe(false)
      await expectRecord(flow, state, scene.proxy.body(flow))
      // A body that ends with its connection is seen to be cut by a reset alone.
      client.resume()
      const how = await client.closed
      if (state.begun && !tls) expect(how).toBe('rst')
      if (!state.begun) expect(client.received).toBe(received)
    })
  })
})

describe('nothing keeps ticking when it is over', () => {
  afterEach(() => vi.useRealTimers())

  test.each(states)('$name', async (state) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    for (const how of ['killed', 'left'] as const) {
      {
        await using scene = await openScene(state.settings)
        const { client } = await enter(scene, state)
        if (state.name.startsWith('held')) expect(vi.getTimerCount()).toBeGreaterThan(0)
        if (how === 'killed') scene.proxy.engine.kill(scene.running.id)
        else client.reset()
        await scene.ended()
      }
      expect(vi.getTimerCount()).toBe(0)
    }
  })
})
