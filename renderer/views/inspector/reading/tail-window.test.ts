import { expect, test } from 'vitest'
import { afterLook, emptyTail, tailKept, textStart } from './tail-window.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
const look = (bytes: string, position: number) => ({ bytes: Buffer.from(bytes), position })

test('looks that follow each other are joined', () => {
  const first = afterLook(emptyTail, look('one ', 104))
  const second = afterLook(first, look('two', 107))
  expect([text(second.bytes), second.position, second.skipped]).toEqual(['one two', 107, 0])
  expect(afterLook(second, look('', 107))).toBe(second)
})

test('what passed between two looks is counted, and what came before it goes', () => {
  const seen = afterLook(afterLook(emptyTail, look('old', 3)), look('new', 1003))
  expect([text(seen.bytes), seen.skipped]).toEqual(['new', 997])
  const silent = afterLook(seen, look('', 2003))
  expect([text(silent.bytes), silent.position, silent.skipped]).toEqual(['', 2003, 1000])
})

test('bounded, and the newest stay', () => {
  let seen = emptyTail
  for (let at = 1; at <= 100; at++) seen = afterLook(seen, look(String(at % 10).repeat(4096), at * 4096))
  expect(seen.bytes).toHaveLength(tailKept)
  expect(text(seen.bytes.subarray(-4097, -4095))).toBe('90')
})

test('text begins at a whole character', () => {
  expect(textStart(Buffer.from('水a').subarray(1))).toBe(2)
  expect(textStart(Buffer.from('a'))).toBe(0)
  expect(textStart(new Uint8Array(9).fill(0x80))).toBe(0)
})
