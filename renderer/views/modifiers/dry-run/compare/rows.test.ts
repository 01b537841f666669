import { describe, expect, test } from 'vitest'
import type { DryRunStep } from '../../../../../app/contract/modifiers.ts'
import { RunRows, type RunRow } from './rows.ts'

const encoder = new TextEncoder()
const chunkOf = (text: string) => ({ bytes: encoder.encode(text), length: encoder.encode(text).length })

/** "<a" goes in, ">a" comes out, "log a" is told; "!" fails, "." ends. A millisecond each. */
const stepsOf = (...told: string[]): DryRunStep[] =>
  told.map((each, atMs): DryRunStep => {
    const rest = each.slice(1)
    if (each.startsWith('<')) return { kind: 'in', atMs, chunk: chunkOf(rest) }
    if (each.startsWith('>')) return { kind: 'out', atMs, ownMs: 1, chunk: chunkOf(rest) }
    if (each === '.') return { kind: 'end', atMs }
    if (each === '!') return { kind: 'error', atMs, problem: { code: 'MODIFIER_THREW', message: 'It threw.' } }
    return { kind: 'log', atMs, text: each }
  })

const written = (row: RunRow): string =>
  row.kind === 'chunk'
    ? `${row.fate}: ${row.input?.text ?? ''}|${row.output?.text ?? ''}`
    : row.kind === 'log'
      ? row.text
      : row.kind

function rowsOf(...told: string[]): string[] {
  const run = new RunRows()
  run.push(stepsOf(...told))
  return run.rows.map(written)
}

describe('one by one', () => {
  test('what goes through as it is', () => {
    expect(rowsOf('<a', '>a', '<b', '>b', '.')).toEqual(['same: a|a', 'same: b|b'])
  })

  test('the old example: what straddles two chunks', () => {
    expect(rowsOf('<one fo', '>one ', '<o two', '>bar two', '.')).toEqual([
      'changed: one fo|one ',
      'changed: o two|bar two',
    ])
  })

  test('changed beyond recognition is changed all the same', () => {
    expect(rowsOf('<foo', '>[]', '.')).toEqual(['changed: foo|[]'])
  })

  test('dropped: the next one takes its own partner', () => {
    expect(rowsOf('<data: 1', '>data: 1', '<: keep-alive', '<data: 2', '>data: 2', '.')).toEqual([
      'same: data: 1|data: 1',
      'dropped: : keep-alive|',
      'same: data: 2|data: 2',
    ])
    expect(rowsOf('<: keep-alive', '<Ada wrote', '>[name] wrote', '.')).toEqual([
      'dropped: : keep-alive|',
      'changed: Ada wrote|[name] wrote',
    ])
  })

  // Events begin alike: what was dropped was said to be joined with the next one, and what was added to be a change of it.
  test('dropped and added are whole chunks where the next one is changed and begins like them', () => {
    const [one, two, three] = ['data: {"id":"cat-41","n":1}\n\n', 'data: {"id":"cat-41","n":"b"}\n\n', 'data: n\n\n']
    const changed = two.replace('cat', 'cAt')
    expect(rowsOf(`<${one}`, `<${two}`, `>${changed}`, '.')).toEqual([`dropped: ${one}|`, `changed: ${two}|${changed}`])
    expect(rowsOf(`<${two}`, `>${three}`, `>${changed}`, '.')).toEqual([
      `added: |${three}`,
      `changed: ${two}|${changed}`,
    ])
    expect(rowsOf(`<${one}`, `<${three}`, `<${two}`, `>${changed}`, '.')).toEqual([
      `dropped: ${one}|`,
      `dropped: ${three}|`,
      `changed: ${two}|${changed}`,
    ])
  })

  test('added before, between and after', () => {
    expect(rowsOf('>first', '<a', '>note', '>a', '>more', '.')).toEqual([
      'added: |first',
      'added: |note',
      'same: a|a',
      'added: |more',
    ])
  })
})

describe('chunks of another size', () => {
  test('several become one', () => {
    expect(rowsOf('<ab', '<cd', '<ef\n', '>abcdef\n', '.')).toEqual([
      'joined: ab|',
      'joined: cd|',
      'recut: ef\n|abcdef\n',
    ])
  })

  test('one becomes several', () => {
    expect(rowsOf('<abcdef', '>abcd', '>ef', '.')).toEqual(['recut: abcdef|abcd', 'split: |ef'])
  })

  test('always one behind: each still finds its own', () => {
    expect(rowsOf('<a', '<b', '>a', '<c', '>b', '>c', '.')).toEqual(['same: a|a', 'same: b|b', 'same: c|c'])
  })

  test('thousands are held and come out at the end', () => {
    const all = Array.from({ length: 3000 }, (_, index) => `line ${index};`)
    const rows = rowsOf(...all.map((text) => `<${text}`), `>${all.join('')}`, '.')
    expect(rows).toHaveLength(3000)
    expect(rows.filter((row) => row.startsWith('joined'))).toHaveLength(2999)
    expect(rows.filter((row) => row.startsWith('recut'))).toHaveLength(1)
  })

  test('one is cut into thousands', () => {
    const rows = rowsOf(`<${'x'.repeat(9000)}`, ...Array.from({ length: 9000 }, () => '>x'), '.')
    expect(rows).toHaveLength(9000)
    expect(rows.filter((row) => row.startsWith('split'))).toHaveLength(8999)
  })
})

describe('while it runs', () => {
  test('what has no partner yet is waiting, and is found later', () => {
    const run = new RunRows()
    run.push(stepsOf('<a', '<b'))
    expect(run.rows.map(written)).toEqual(['waiting: a|', 'waiting: b|'])
    run.push(stepsOf('>a'))
    expect(run.rows.map(written)).toEqual(['same: a|a', 'waiting: b|'])
    run.push(stepsOf('.'))
    expect(run.rows.map(written)).toEqual(['same: a|a', 'dropped: b|'])
    expect(run.isOver).toBe(true)
  })

  test('a failure leaves unsent what was waiting, and stands last', () => {
    expect(rowsOf('<a', '>a', '<b', '!', '>late')).toEqual(['same: a|a', 'unsent: b|', 'error'])
  })

  test('stopped from outside', () => {
    const run = new RunRows()
    run.push(stepsOf('<a'))
    run.stop()
    expect(run.rows.map(written)).toEqual(['unsent: a|'])
  })

  // It stood behind the chunk, also where the yield followed it.
  test('what is told stands where it was told: before what came out after it', () => {
    expect(rowsOf('log zero', '<a', 'log one', '>a', 'log two', '<b', 'log three', '<c', '>c', '.')).toEqual([
      'log zero',
      'log one',
      'same: a|a',
      'log two',
      'dropped: b|',
      'log three',
      'same: c|c',
    ])
  })

  test('in one piece or step by step, the rows are the same', () => {
    const told = ['<a fo', '>a ', 'log x', '<o b', '<: c', '>bar b', '>more', '<d', '>d', '.']
    const run = new RunRows()
    for (const step of stepsOf(...told)) run.push([step])
    expect(run.rows.map(written)).toEqual(rowsOf(...told))
  })

  test('time is the modifier’s own, as it was measured', () => {
    const run = new RunRows()
    run.push([
      { kind: 'out', atMs: 341, ownMs: 0.5, chunk: chunkOf('first') },
      { kind: 'in', atMs: 400, chunk: chunkOf('a') },
      { kind: 'out', atMs: 402, ownMs: 1.5, chunk: chunkOf('a') },
    ])
    expect(run.rows.map((row) => row.kind === 'chunk' && row.ms)).toEqual([0.5, 1.5])
    expect(run.counts).toEqual({ in: 1, out: 2, bytesIn: 1, bytesOut: 6, ms: 2 })
  })
})
