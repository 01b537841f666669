import { expect, test } from 'vitest'
import { LogLines } from './log-lines.ts'

const line = (text: string, file = '/a.ts') => ({ file, flow: 3, at: 1000, text })
const texts = (lines: LogLines, after = 0, file = '/a.ts'): string[] =>
  lines.after(file, after).entries.map(({ text }) => text)

test('lines come behind a position, each file by itself', () => {
  const lines = new LogLines()
  expect(lines.after('/a.ts', 0)).toEqual({ entries: [], position: 0, dropped: 0 })
  lines.add(line('one'))
  lines.add(line('other', '/b.ts'))
  lines.add(line('two'))
  expect(lines.after('/a.ts', 0)).toEqual({
    entries: [
      { position: 1, at: 1000, flow: 3, text: 'one' },
      { position: 2, at: 1000, flow: 3, text: 'two' },
    ],
    position: 2,
    dropped: 0,
  })
  expect(texts(lines, 1)).toEqual(['two'])
  expect(texts(lines, 2)).toEqual([])
  // From before the lines began anew: everything there is.
  expect(texts(lines, 99)).toEqual(['one', 'two'])
})

test('the oldest are dropped, and counted', () => {
  const lines = new LogLines()
  for (let number = 1; number <= 5000; number++) lines.add(line(String(number)))
  const { entries, position, dropped } = lines.after('/a.ts', 0)
  expect(position).toBe(5000)
  expect(entries.length).toBeLessThanOrEqual(2000)
  expect(entries.length + dropped).toBe(5000)
  expect(entries.at(-1)).toMatchObject({ position: 5000, text: '5000' })
  expect(entries[0]?.position).toBe(dropped + 1)
  expect(texts(lines, 4998)).toEqual(['4999', '5000'])
})

test('memory is bounded in letters too, whatever is said', () => {
  const lines = new LogLines()
  lines.add(line('x'.repeat(50_000_000)))
  expect(texts(lines)[0]).toHaveLength(16 * 1024 + 1)
  for (let number = 0; number < 200; number++) lines.add(line('y'.repeat(16 * 1024)))
  const all = texts(lines)
  expect(all.join('').length).toBeLessThanOrEqual(512 * 1024)
  expect(all.length).toBeGreaterThan(20)
})

test('a new name keeps its lines, a file that is gone has none', () => {
  const lines = new LogLines()
  lines.add(line('one'))
  lines.add(line('other', '/b.ts'))
  lines.rename('/a.ts', '/c.ts')
  lines.keep(new Set(['/c.ts']))
  expect(texts(lines, 0, '/c.ts')).toEqual(['one'])
  expect(texts(lines)).toEqual([])
  expect(texts(lines, 0, '/b.ts')).toEqual([])
})
