/** The calls about one flow: its body in pages, while it runs, and its end; part of the suite. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { pageBytes } from '../../app/contract/contract.ts'
import { flowOf, soon, type Bench } from './bench.ts'
import { large } from './traffic.ts'

export function bodyTests(bench: () => Bench): void {
  test('a recorded body comes in pages, the same bytes', async () => {
    await using window = await bench().open()
    const { id } = await flowOf(bench(), window, '/large')
    const page = { id, side: 'response', decoded: false } as const
    const got: Uint8Array[] = []
    for (let offset = 0; offset < large.length;) {
      const { bytes, total } = await window.call('flows.body', { ...page, offset, length: pageBytes })
      expect(total).toBe(large.length)
      expect(bytes.length).toBe(Math.min(pageBytes, large.length - offset))
      got.push(bytes)
      offset += bytes.length
    }
    expect(Buffer.concat(got).equals(large)).toBe(true)
    const middle = await window.call('flows.body', { ...page, offset: 500_001, length: 77 })
    expect(Buffer.from(middle.bytes).equals(large.subarray(500_001, 500_078))).toBe(true)
    expect((await window.call('flows.body', { ...page, offset: large.length, length: 1 })).bytes).toHaveLength(0)
  })

  test('a call under way can be cancelled, and nothing waits behind it', async () => {
    await using window = await bench().open()
    const { id } = await flowOf(bench(), window, '/long')
    const far = { id, side: 'response', decoded: true, offset: 47 * 1024 * 1024, length: 100 }
    const cancelled = Array.from({ length: 20 }, () => {
      const call = window.begin('flows.body', far)
      window.post({ cancel: call })
      return call
    })
    const begun = performance.now()
    await window.call('app.info', undefined)
    expect(performance.now() - begun).toBeLessThan(1000)
    // Whether a cancelled call is answered is the host's affair; not with what nobody wants any more.
    for (const call of cancelled) {
      const answer = window.answers.get(call)
      if (answer) expect(answer).toMatchObject({ ok: false, error: { code: 'CANCELLED' } })
    }
    const { bytes } = await window.call('flows.body', { ...far, side: 'response' })
    expect(Buffer.from(bytes)).toEqual(Buffer.alloc(100))
    expect(cancelled.filter((call) => window.answers.get(call)?.ok === true)).toEqual([])
  })

  test('the last bytes of a running body, and its end', async () => {
    await using window = await bench().open()
    const { id } = await flowOf(bench(), window, '/stream', 'streaming')
    const response = await bench().traffic.stream()
    let { position } = await window.call('flows.tail', { id, after: 0 })
    response.write('data: one\n\n')
    let seen = ''
    while (!seen.includes('data: one')) {
      const tail = await window.call('flows.tail', { id, after: position })
      expect(tail.running).toBe(true)
      seen += Buffer.from(tail.bytes).toString()
      position = tail.position
      await pause(10)
    }
    response.end()
    await expect
      .poll(async () => {
        const answer = await window.answer(window.begin('flows.tail', { id, after: position }))
        return answer.ok ? (answer.value as { running: boolean }).running : answer.error.code
      }, soon)
      .toSatisfy((value) => value === false || value === 'GONE')
  })

  test('a running flow is ended by flows.kill', async () => {
    await using window = await bench().open()
    const { id, url } = await flowOf(bench(), window, '/stream?kill', 'streaming')
    await bench().traffic.stream()
    await window.call('flows.kill', { ids: [id] })
    const over = () =>
      window.told('flows').some(({ rows }) => rows.some((row) => row.id === id && row.end !== undefined))
    await window.until(over, `the end of ${url}`)
  })
}
