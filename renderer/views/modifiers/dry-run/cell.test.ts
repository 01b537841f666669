import { expect, test } from 'vitest'
import { cellsOf } from './cell.ts'
import { Piece } from './compare/piece.ts'
import type { ChunkRow } from './compare/rows.ts'

const piece = (text: string): Piece => {
  const bytes = new TextEncoder().encode(text)
  return new Piece({ bytes, length: bytes.length })
}
const row = (fate: ChunkRow['fate'], input: string, output: string): ChunkRow => ({
  ...{ kind: 'chunk', fate, input: piece(input), output: piece(output), ms: 0, atMs: 0 },
})
const told = (...given: Parameters<typeof cellsOf>): string[] =>
  Object.values(cellsOf(...given)).map((spans) => spans.map(({ text }) => text).join(''))

const event = (text: string): string =>
  `data: {"id":"chatcmpl-41","object":"chat.completion.chunk","content":"${text}"}`

test('a line begins where it is another than the one above', () => {
  const [input] = told(row('same', event('Ada'), event('Ada')), 40, row('same', event('Dear'), event('Dear')))
  expect(input).toBe('…content":"Ada"}')
})

// Each side was cut against the row above it on its own side, so that one chunk looked like two.
test('both sides of an unchanged row are cut at the same letter', () => {
  for (const above of [row('changed', event('Dear'), 'else'), row('joined', 'x', event('Ada'))]) {
    const [input, output] = told(row('same', event('Ada'), event('Ada')), 40, above)
    expect(output).toBe(input)
  }
})
