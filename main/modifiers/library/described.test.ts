import { expect, test } from 'vitest'
import { described } from './described.ts'

const view = 'new Uint8Array(view.buffer, view.byteOffset, view.byteLength)'

// A promise, a buffer or a view was "an object", which told nobody what to do.
test.each<[unknown, string]>([
  [null, 'null'],
  [undefined, 'undefined'],
  [1, 'a number'],
  ['x', 'a string'],
  [[], 'an array'],
  [{}, 'an object'],
  [Promise.resolve(), 'a promise (await it first)'],
  [new ArrayBuffer(1), 'an ArrayBuffer (its bytes are: new Uint8Array(buffer))'],
  [new DataView(new ArrayBuffer(1)), `a DataView (its bytes are: ${view})`],
  [new Uint16Array(1), `a Uint16Array (its bytes are: ${view})`],
  [new Int32Array(1), `an Int32Array (its bytes are: ${view})`],
  [Object.defineProperty(new Uint8Array(1), Symbol.toStringTag, { value: 'mine' }), 'a Uint8Array'],
])('%o is %s', (value, words) => {
  expect(described(value)).toBe(words)
})
