/** The list of flows, as windows are told of it and ask for it; part of the suite. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { flowOf, type Bench } from './bench.ts'
import { ListModel } from './list-model.ts'
import { fetchThrough } from './traffic.ts'

export function listTests(bench: () => Bench): void {
  test('at most 20 messages of flows in a second, each numbered behind the one before', async () => {
    await using window = await bench().open()
    const until = performance.now() + 2500
    let made = 0
    while (performance.now() < until) await fetchThrough(bench().port, bench().traffic.url(`/busy?${made++}`))
    await window.until(() => seenBusy() === made, 'all rows')
    const events = window.events.filter(({ event }) => event === 'flows')
    const seconds = (events.at(-1)!.at - events[0]!.at) / 1000
    expect((events.length - 1) / seconds).toBeLessThanOrEqual(20)
    for (const [index, { at }] of events.entries()) {
      const within = events.slice(index).filter((other) => other.at < at + 1000)
      // A busy machine delivers some late and the next on time.
      expect(within.length).toBeLessThanOrEqual(25)
    }
    const told = window.told('flows')
    expect(told.length).toBeGreaterThan(20)
    expect(new Set(told.map(({ epoch }) => epoch)).size).toBe(1)
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => told[0]!.seq + index))

    function seenBusy(): number {
      const rows = window.told('flows').flatMap((event) => event.rows)
      return new Set(rows.filter(({ url, state }) => url.includes('/busy?') && state === 'done').map(({ id }) => id))
        .size
    }
  })

  test('who misses messages asks again and has the whole; two windows agree', async () => {
    await using one = await bench().open()
    await using two = await bench().open()
    const [whole, gapped] = [new ListModel(), new ListModel()]
    await Promise.all([whole.fetch(one), gapped.fetch(two)])
    for (let count = 0; count < 60; count++) {
      await fetchThrough(bench().port, bench().traffic.url(`/gap?${count}`))
      if (count % 20 === 10) {
        const [first] = whole.sorted()
        if (first) await one.call('flows.delete', { ids: [first.id] })
      }
      await pause(10)
      await whole.follow(one)
      await gapped.follow(two, (index) => index % 4 === 1)
    }
    const last = bench().traffic.url('/gap?59')
    for (const window of [one, two]) {
      const known = () =>
        window.told('flows').some(({ rows }) => rows.some(({ url, end }) => url === last && end !== undefined))
      await window.until(known, `the row ${last}`)
    }
    await pause(150) // nothing moves any more
    await whole.follow(one)
    // The message that shows the gap may be the one that got lost.
    await gapped.follow(two)
    const fresh = new ListModel()
    await fresh.fetch(one)
    expect(gapped.fetched).toBeGreaterThan(3)
    expect(whole.fetched).toBe(1)
    expect(whole.sorted()).toEqual(fresh.sorted())
    if (gapped.seq !== whole.seq) await gapped.fetch(two)
    expect(gapped.sorted()).toEqual(fresh.sorted())
  })

  test('deleted and cleared flows are gone for every window', async () => {
    await using one = await bench().open()
    await using two = await bench().open()
    const { id } = await flowOf(bench(), one, '/delete')
    await one.call('flows.delete', { ids: [id] })
    await two.until(() => two.told('flows').some(({ removed }) => removed.includes(id)), 'the removal')
    const { epoch } = await two.call('flows.page', { after: 0 })
    await one.call('flows.clear', undefined)
    await two.until(() => two.told('flows').at(-1)?.epoch !== epoch, 'a new epoch')
    const page = await two.call('flows.page', { after: 0 })
    expect(page.epoch).toBe(two.told('flows').at(-1)?.epoch)
    expect(page.rows).toEqual([])
  })
}
