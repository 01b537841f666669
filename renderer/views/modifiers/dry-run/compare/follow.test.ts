/** What is said of chunks, for modifiers whose effect is known, however the body is cut. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DryRunStep } from '../../../../../app/contract/modifiers.ts'
import { RunRows, type ChunkRow } from './rows.ts'

const encoder = new TextEncoder()
type Act = (chunk: string) => string[]

/** Runs it as the library's functions run: what comes out of a chunk comes before the next one goes in. */
function run(chunks: readonly string[], act: Act, last: () => string[] = () => []): ChunkRow[] {
  const chunkOf = (text: string) => ({ bytes: encoder.encode(text), length: encoder.encode(text).length })
  const outs = (texts: string[]): DryRunStep[] =>
    texts.filter(Boolean).map((text) => ({ kind: 'out', atMs: 0, ownMs: 0, chunk: chunkOf(text) }))
  const steps = chunks.flatMap((text): DryRunStep[] => [
    { kind: 'in', atMs: 0, chunk: chunkOf(text) },
    ...outs(act(text)),
  ])
  const rows = new RunRows()
  rows.push([...steps, ...outs(last()), { kind: 'end', atMs: 0 }])
  return rows.rows.flatMap((row) => (row.kind === 'chunk' ? [row] : []))
}

const fates = (rows: readonly ChunkRow[]): string[] => [...new Set(rows.map(({ fate }) => fate))].sort()
const texts = (rows: readonly ChunkRow[]): string[] =>
  rows.map(({ fate, input, output }) => `${fate}: ${input?.text ?? ''}|${output?.text ?? ''}`)

/** What holds back `held` letters of its text, and gives the rest cut as `cut` says. */
function rechunk(cut: (text: string, isEnd: boolean) => [out: string[], held: string]): [Act, () => string[]] {
  let held = ''
  const take = (text: string, isEnd: boolean): string[] => {
    const [out, rest] = cut(held + text, isEnd)
    held = rest
    return out
  }
  return [(chunk) => take(chunk, false), () => take('', true)]
}

const pieces = (size: number) =>
  rechunk((text) => [Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size)), '']) // prettier-ignore
const gather = (size: number) =>
  rechunk((text, isEnd) => {
    const whole = isEnd ? text.length : Math.floor(text.length / size) * size
    const out = Array.from({ length: Math.ceil(whole / size) }, (_, at) => text.slice(at * size, Math.min(whole, (at + 1) * size))) // prettier-ignore
    return [out, text.slice(whole)]
  })
const lines = () =>
  rechunk((text, isEnd) => {
    const all = text.split(/(?<=\n)/)
    const held = isEnd || text.endsWith('\n') ? '' : (all.pop() ?? '')
    return [all, held]
  })
const replace = (find: string, put: string) =>
  rechunk((text, isEnd) => {
    const all = text.split(find)
    const last = all.pop() ?? ''
    let held = 0
    for (let size = Math.min(find.length - 1, last.length); size > 0 && !isEnd; size--)
      if (held === 0 && find.startsWith(last.slice(-size))) held = size
    const out = [...all.map((part) => part + put), last.slice(0, last.length - held)].join('')
    return [[out], last.slice(last.length - held)]
  })

/** Bodies with much that is alike in them, cut anywhere. */
const body = fc
  .array(fc.constantFrom('a', 'foo', 'fo', 'o', ' ', '\n', 'data: {"a":"', '"}\n\n', ': keep-alive\n\n', 'é', 'x'), {
    minLength: 1,
    maxLength: 40,
  })
  .map((parts) => parts.join(''))
const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 })
const cutInto = (text: string, sizes: readonly number[]): string[] => {
  const chunks: string[] = []
  for (let at = 0, next = 0; at < text.length; next++) {
    const size = sizes[next % sizes.length] ?? 1
    chunks.push(text.slice(at, at + size))
    at += size
  }
  return chunks
}

const untouched = ['same', 'recut', 'joined', 'split']

describe('nothing is said to be changed where nothing is', () => {
  test('as it is', () => {
    fc.assert(
      fc.property(body, cuts, (text, sizes) => {
        expect(fates(run(cutInto(text, sizes), (chunk) => [chunk]))).toEqual(['same'])
      }),
    )
  })

  test.each<[string, (size: number) => [Act, () => string[]]]>([
    ['in pieces', pieces],
    ['gathered', gather],
    ['line by line', lines],
    ['all at the end', () => rechunk((text, isEnd) => (isEnd ? [[text], ''] : [[], text]))],
  ])('cut otherwise: %s', (_, make) => {
    fc.assert(
      fc.property(body, cuts, fc.integer({ min: 1, max: 12 }), (text, sizes, size) => {
        const rows = run(cutInto(text, sizes), ...make(size))
        expect(untouched).toEqual(expect.arrayContaining(fates(rows)))
      }),
      { numRuns: 400 },
    )
  })

  test('longer than what is known of each chunk', () => {
    const chunk = (bytes: Uint8Array<ArrayBuffer>, length: number) => ({ bytes, length })
    const rows = new RunRows()
    const known = new Uint8Array(1000).map((_, index) => index * 7)
    rows.push([
      { kind: 'in', atMs: 0, chunk: chunk(known, 5000) },
      { kind: 'out', atMs: 0, ownMs: 0, chunk: chunk(known.slice(0, 900), 3000) },
      { kind: 'out', atMs: 0, ownMs: 0, chunk: chunk(new Uint8Array(1000), 2000) },
      { kind: 'in', atMs: 0, chunk: chunk(known, 5000) },
      { kind: 'out', atMs: 0, ownMs: 0, chunk: chunk(known, 5000) },
      { kind: 'end', atMs: 0 },
    ])
    expect(rows.rows.map((row) => row.kind === 'chunk' && row.fate)).toEqual(['recut', 'split', 'same'])
  })
})

/** With words between: where the text stands beside pieces of itself, nobody can tell which of them was replaced. */
const prose = fc
  .array(fc.constantFrom('foo', 'xfoo', 'foofoo', 'fo', 'of', 'data: {"a":"foo"}\n\n', 'é', 'f'), {
    minLength: 1,
    maxLength: 20,
  })
  .map((parts) => parts.map((part, index) => `${part} ${['lorem', 'ipsum', 'dolor', 'amet'][index % 4]} `).join(''))

// The o of foo was struck out as dropped, though it had gone into bar.
test('replaced at any cut: only what has changed is changed, and nothing is dropped', () => {
  fc.assert(
    fc.property(prose, cuts, (text, sizes) => {
      const chunks = cutInto(text, sizes)
      const rows = run(chunks, ...replace('foo', 'bar'))
      expect([...untouched, 'changed']).toEqual(expect.arrayContaining(fates(rows)))
      const places = Array.from(text.matchAll(/foo/g), ({ index }) => index)
      let at = 0
      for (const row of rows) {
        if (!row.input) continue
        const [from, to] = [at, at + row.input.text.length]
        at = to
        const isTouched = places.some((place) => place < to && place + 3 > from)
        if (row.fate === 'changed') expect([isTouched || row.output?.text.includes('bar'), texts(rows)]).toEqual([true, expect.anything()]) // prettier-ignore
        if (isTouched) expect(['changed', 'joined']).toContain(row.fate)
      }
    }),
    { numRuns: 1000 },
  )
})

test('a comment that is left out is dropped, an event that is cut is not', () => {
  const event = (text: string): string => `data: {"id":"1","text":"${text}"}\n\n`
  const [act, end] = lines()
  const drop: Act = (chunk) => act(chunk).filter((line) => !line.startsWith(':'))
  const chunks = [event('Ada'), ': keep-alive\n\n', 'data: {"id":"1","text":" Ho', 'p"}\n\n', event('Bob')]
  expect(run(chunks, drop, end).map(({ fate }) => fate)).toContain('joined')
  const whole = rechunk((text) => {
    const all = text.split(/(?<=\n\n)/)
    const held = text.endsWith('\n\n') ? '' : (all.pop() ?? '')
    return [all.filter((each) => !each.startsWith(':')), held]
  })
  expect(texts(run(chunks, ...whole))).toEqual([
    `same: ${event('Ada')}|${event('Ada')}`,
    'dropped: : keep-alive\n\n|',
    'joined: data: {"id":"1","text":" Ho|',
    `recut: p"}\n\n|${event(' Hop')}`,
    `same: ${event('Bob')}|${event('Bob')}`,
  ])
})

test('events of which a field is hidden are changed, those beside them are not', () => {
  const event = (name: string): string => `data: {"id":"1","name":"${name}","n":1}\n\n`
  const rows = run(['A', 'Bob Builder', 'C'].map(event), (chunk) => [chunk.replace('Bob Builder', '[hidden]')])
  expect(rows.map(({ fate }) => fate)).toEqual(['same', 'changed', 'same'])
})
