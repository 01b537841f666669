import { expect, test } from 'vitest'
import { mostSource } from '../../contract/modifiers.ts'
import { parseName } from './files/file-names.ts'
import { starters, summaryOf } from './starters.ts'

test.each([
  ['/** Counts bytes. And more. */\nexport default 1', 'Counts bytes.'],
  ['/**\n * Replaces a text\n * across chunks. Try it\n */', 'Replaces a text across chunks.'],
  ['// Cuts v1.5 streams.\n// Really.\nlet a', 'Cuts v1.5 streams.'],
  ['/* Without an end */', 'Without an end'],
  ['export default 1 /** Not the top. */', ''],
  ['', ''],
])('the summary of %j is %j', (source, summary) => expect(summaryOf(source)).toBe(summary))

test('each starter can be added as it is: a name, a summary in a sentence, a source', async () => {
  const all = await starters()
  expect(all.length).toBeGreaterThan(5)
  for (const { name, summary, source } of all) {
    expect(parseName(name)).toEqual({ ok: true, value: name })
    expect(summary, name).toMatch(/^[A-Z].{10,}\.$/)
    expect(source.length).toBeLessThan(mostSource)
  }
})
