/** The calls about modifiers, with traffic and real sandbox processes; part of the suite. */
import { expect, test } from 'vitest'
import { get } from '../../app/headless/testing/origin.ts'
import type { DryRunStep, ModifierRow, ModifiersState } from '../../app/contract/modifiers.ts'
import type { Checked } from '../../app/contract/contract.ts'
import type { Bench } from './bench.ts'
import type { SuiteWindow } from './wire.ts'

/** "this is /modified" becomes "that is /modified". */
const replacing = (by: string): string => `import { replace, log } from 'spillway'
export const match = { path: '/modified*' }
export default function (chunks, flow) {
  log(flow.request.method)
  return replace(chunks, 'this', '${by}')
}
`
const broken = `${replacing('never')}\nlet a = {\n`

const rowOf = ({ rows }: ModifiersState, id: string): ModifierRow | undefined => rows.find((row) => row.id === id)

/** Waits for an event in which the row fits. */
async function told(window: SuiteWindow, id: string, fits: (row: ModifierRow | undefined) => boolean): Promise<void> {
  const isTold = (): boolean => {
    const last = window.told('modifiers').at(-1)
    return last !== undefined && fits(rowOf(last, id))
  }
  await window.until(isTold, `an event about ${id}`)
}

async function stepsOf(window: SuiteWindow, input: Checked<'modifiers.dryRun'>): Promise<DryRunStep[]> {
  const { run } = await window.call('modifiers.dryRun', input)
  const steps: DryRunStep[] = []
  for (let after = 0, running = true; running;) {
    const answer = await window.call('modifiers.dryRunSteps', { run, after })
    steps.push(...answer.steps)
    ;({ position: after, running } = answer)
  }
  return steps
}

const bytesOf = (steps: readonly DryRunStep[], kind: 'in' | 'out'): string =>
  Buffer.concat(steps.flatMap((step) => (step.kind === kind ? [step.chunk.bytes] : []))).toString()

export function modifierTests(bench: () => Bench): void {
  const fetched = (path: string): Promise<string> => get(bench().port, bench().traffic.url(path))

  test('a modifier is added, applied, saved broken, mended, removed and brought back; every window is told', async () => {
    await using one = await bench().open()
    await using two = await bench().open()
    expect(await fetched('/modified?0')).toBe('this is /modified')

    const { id } = await one.call('modifiers.add', { name: 'swap', source: replacing('that') })
    await told(two, id, (row) => row?.status === 'applied' && row.version === 1)
    expect(await fetched('/modified?1')).toBe('that is /modified')
    expect(await fetched('/untouched')).toBe('this is /untouched')
    await two.until(
      () => two.told('flows').some(({ rows }) => rows.some(({ modifiers }) => modifiers?.includes('swap'))),
      'a row that names the modifier',
    )

    // At once: the next response has it.
    expect(await one.call('modifiers.save', { id, source: replacing('those') })).toEqual({})
    expect(await fetched('/modified?2')).toBe('those is /modified')

    const { problem } = await one.call('modifiers.save', { id, source: broken })
    expect(problem).toMatchObject({ line: expect.any(Number) as number, column: expect.any(Number) as number })
    expect(problem?.message).toMatch(/\w+ \w+/)
    expect(await two.call('modifiers.source', { id })).toEqual({ source: broken })
    await told(two, id, (row) => row?.status === 'applied' && row.version === 2 && row.problem?.line === problem?.line)
    expect(await fetched('/modified?3')).toBe('those is /modified')

    expect(await one.call('modifiers.save', { id, source: replacing('these') })).toEqual({})
    await told(two, id, (row) => row?.version === 3 && row.problem === undefined)
    expect(await fetched('/modified?4')).toBe('these is /modified')

    const removed = await one.call('modifiers.remove', { id })
    expect(removed).toEqual({ name: 'swap.ts', source: replacing('these') })
    await told(two, id, (row) => row === undefined)
    expect(await fetched('/modified?5')).toBe('this is /modified')

    const again = await two.call('modifiers.add', removed)
    await told(one, again.id, (row) => row?.status === 'applied')
    expect(await fetched('/modified?6')).toBe('these is /modified')
    await one.call('modifiers.remove', { id: again.id })
  })

  test('what the client was sent can be read beside what came, and log lines say for which flow', async () => {
    await using window = await bench().open()
    const { id } = await window.call('modifiers.add', { name: 'both sides', source: replacing('that') })
    await told(window, id, (row) => row?.status === 'applied')
    await fetched('/modified?sides')
    const flow = () =>
      window
        .told('flows')
        .flatMap(({ rows }) => rows)
        .find(({ url, state }) => url.endsWith('/modified?sides') && state === 'done')
    await window.until(() => flow() !== undefined, 'the row')
    const number = flow()!.id
    const detail = await window.call('flows.get', { id: number })
    expect(detail.modifiers).toMatchObject([{ name: 'both sides', version: 1, choice: 'transform' }])
    expect(detail.delivered).toMatchObject({ recorded: 'complete', recordedBytes: 17 })
    const body = { id: number, decoded: true, offset: 0, length: 1000 }
    const sides = [
      await window.call('flows.body', { ...body, side: 'response' }),
      await window.call('flows.body', { ...body, side: 'delivered' }),
    ]
    expect(sides.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['this is /modified', 'that is /modified'])
    await expect
      .poll(async () => (await window.call('modifiers.log', { id, after: 0 })).entries, { timeout: 20_000 })
      .toMatchObject([{ flow: number, text: 'GET', position: 1 }])
    await told(window, id, (row) => row?.stats.flows === 1 && row.stats.running === 0)
    await window.call('modifiers.remove', { id })
  })

  test('one that throws ends its flow: the row says so, with the line, and the next flow is fine', async () => {
    await using window = await bench().open()
    const source = `export const match = { path: '/modified?throw' }
export default async function* (chunks) {
  for await (const chunk of chunks) {
    throw new Error('oh no')
  }
}
`
    const { id } = await window.call('modifiers.add', { name: 'throws', source })
    await told(window, id, (row) => row?.status === 'applied')
    await expect(fetched('/modified?throw')).rejects.toThrow()
    await told(window, id, (row) => row?.failure?.line === 4)
    const row = window
      .told('flows')
      .flatMap(({ rows }) => rows)
      .findLast(({ url }) => url.endsWith('/modified?throw'))
    expect(row).toMatchObject({ state: 'failed', error: expect.stringContaining('oh no') as string })
    expect((await window.call('flows.get', { id: row!.id })).error).toMatchObject({
      side: 'modifier',
      file: id,
      line: 4,
    })
    expect(await fetched('/modified?fine')).toBe('this is /modified')
    await window.call('modifiers.remove', { id })
  })

  test('a switch, an order and match fields are kept; what they change is applied to the next response', async () => {
    await using window = await bench().open()
    const first = await window.call('modifiers.add', { name: 'a', source: replacing('that'), off: true })
    const second = await window.call('modifiers.add', { name: 'b', source: replacing('those') })
    const ids = [first.id, second.id]
    await told(window, second.id, (row) => row?.status === 'applied')
    expect(await fetched('/modified?off')).toBe('those is /modified')
    const row = (id: string, more: object = {}) => ({ id, off: false, match: {}, recode: false, ...more })
    const both = await window.call('modifiers.arrange', { rows: [row(first.id), row(second.id)] })
    expect(both.rows.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids)
    await told(window, first.id, (row) => row?.status === 'applied')
    expect(await fetched('/modified?both')).toBe('that is /modified')
    await window.call('modifiers.arrange', { rows: [row(second.id), row(first.id)] })
    expect(await fetched('/modified?turned')).toBe('those is /modified')
    const match = { path: '/modified?only' }
    const matched = await window.call('modifiers.arrange', { rows: [row(second.id, { match }), row(first.id)] })
    expect(rowOf(matched, second.id)).toMatchObject({ match, exported: { path: '/modified*' } })
    expect(await fetched('/modified?only')).toBe('those is /modified')
    expect(await fetched('/modified?other')).toBe('that is /modified')
    for (const id of ids) await window.call('modifiers.remove', { id })
  })

  test('a dry run shows what goes in and what comes out, and no traffic', async () => {
    await using window = await bench().open()
    const source = replacing('that')
    const text = { kind: 'text', text: 'this and th', cut: 5 } as const
    const before = (await window.call('flows.page', { after: 0 })).rows.length
    const steps = await stepsOf(window, { name: 'draft.ts', source, input: text, speed: 'once' })
    expect(bytesOf(steps, 'in')).toBe('this and th')
    expect(bytesOf(steps, 'out')).toBe('that and th')
    expect(steps.filter(({ kind }) => kind === 'in')).toHaveLength(3)
    expect(steps.at(-1)?.kind).toBe('end')
    expect(steps).toContainEqual({ kind: 'log', atMs: expect.any(Number) as number, text: 'GET' })
    const sample = await stepsOf(window, { name: 'draft.ts', source, input: { kind: 'sample' }, speed: 'once' })
    expect(bytesOf(sample, 'out')).toContain('data: [DONE]')
    const bad = await stepsOf(window, { name: 'draft.ts', source: broken, input: text, speed: 'once' })
    expect(bad.at(-1)).toMatchObject({ kind: 'error', problem: { line: expect.any(Number) as number } })
    expect((await window.call('flows.page', { after: 0 })).rows).toHaveLength(before)
  })

  test.each([
    ['modifiers.source', {}],
    ['modifiers.save', { source: '' }],
    ['modifiers.rename', { name: 'x' }],
    ['modifiers.remove', {}],
  ] as const)('%s of what is not in the list is GONE', async (call, more) => {
    await using window = await bench().open()
    for (const id of ['/etc/passwd', '', '../x.ts', '__proto__']) {
      const answer = await window.answer(window.begin(call, { id, ...more }))
      expect(answer).toMatchObject({ ok: false, error: { code: 'GONE' } })
    }
  })

  test.each(['../x.ts', 'a/b.ts', 'C:\\x.ts', 'nul.ts', '.ts', ''])('no file can be called %j', async (name) => {
    await using window = await bench().open()
    const answer = await window.answer(window.begin('modifiers.add', { name, source: '' }))
    expect(answer).toMatchObject({ ok: false, error: { code: 'FAILED' } })
  })

  test('the list cannot be changed through the settings: a window names no files', async () => {
    await using window = await bench().open()
    for (const patch of [{ modifiers: [{ file: '/etc/passwd' }] }, { modifier: ['/etc/passwd'] }]) {
      const answer = await window.answer(window.begin('settings.set', { patch }))
      expect(answer).toMatchObject({ ok: false, error: { code: 'BAD_SETTING', key: Object.keys(patch)[0] } })
    }
  })
}
