import { EditorState, Text } from '@codemirror/state'
import { describe, expect, test } from 'vitest'
import { diagnosticsOf, isMarked, marksOf, placeNow, sameMarks, setMarks, type Mark } from './marks.ts'

const lines = (...texts: string[]): Text => Text.of(texts)
const source = lines('one', 'throw new Error()', 'three')

const mark = (more: Partial<Mark> = {}): Mark => ({
  ...{ kind: 'failed', message: 'Modifier "a" threw x.', line: 2, column: 7, text: source, of: '1' },
  ...more,
})

const stateWith = (marks: readonly Mark[], doc = source): EditorState =>
  EditorState.create({ doc, extensions: [marksOf] }).update({ effects: setMarks.of(marks) }).state

const marked = (state: EditorState): string[] =>
  diagnosticsOf(state).map(({ from, to }) => state.doc.sliceString(from, to))

describe('a mark', () => {
  test('stays with what it marks', () => {
    const state = stateWith([mark()])
    expect(marked(state)).toEqual(['new'])
    expect(marked(state.update({ changes: { from: 0, insert: 'zero\n' } }).state)).toEqual(['new'])
  })

  /** Pasting other code over a loop left its mark at line 1, column 1, until the next save. */
  test('goes with it, and does not come back with other marks', () => {
    const pasted = stateWith([mark()]).update({
      changes: { from: 0, to: source.length, insert: 'other\ncode\nhere' },
    }).state
    expect(marked(pasted)).toEqual([])
    const more = mark({ kind: 'dry-run', line: 1, column: 1, text: pasted.doc })
    expect(marked(pasted.update({ effects: setMarks.of([mark(), more]) }).state)).toEqual(['other'])
  })

  test('is where its text has it, whatever was written around that meanwhile', () => {
    const doc = lines('one', 'and a half', 'throw new Error()', 'three', 'four')
    expect(marked(stateWith([mark()], doc))).toEqual([])
    expect(placeNow(mark(), lines('zero', 'one', 'throw new Error()', 'three'))).toBe(15)
    expect(placeNow(mark(), lines('one', 'throw new Error()', '3'))).toBe(10)
    expect(placeNow(mark(), lines('one', 'return', 'three'))).toBeUndefined()
    expect(placeNow(mark({ line: undefined }), source)).toBeUndefined()
    expect(placeNow(mark({ text: undefined }), source)).toBeUndefined()
  })

  test('of the next version is another one', () => {
    const state = stateWith([mark()])
    expect([sameMarks(state, [mark()]), sameMarks(state, [mark({ of: '2' })])]).toEqual([true, false])
  })
})

test('what the types find where it is marked is not said again', () => {
  const state = stateWith([mark({ kind: 'broken', message: 'It cannot be compiled: Declaration expected.' })])
  expect(isMarked(state, 6, 'Declaration expected.')).toBe(true)
  // Within the sentence of the other it begins small.
  expect(isMarked(state, 6, 'declaration expected.')).toBe(true)
  expect(isMarked(state, 6, 'Something else.')).toBe(false)
  expect(isMarked(state, 0, 'Declaration expected.')).toBe(false)
})
