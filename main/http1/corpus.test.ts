import { expect, test } from 'vitest'
import { corpus } from './testing/corpus.ts'
import type { MessageCase } from './testing/message-case.ts'
import { readMessages, type Outcome } from './testing/read-messages.ts'

function read(example: MessageCase, ...cuts: number[]): Outcome {
  const bytes = Buffer.from(example.bytes, 'latin1')
  const starts = [0, ...cuts]
  return readMessages(
    example,
    starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length)),
  )
}

test.each(corpus)('$side: $name ($source)', (example) => {
  const outcome = read(example)
  const { end } = example
  if (typeof end === 'string') expect(outcome.end).toBe(end)
  else expect(outcome.end).toEqual({ refused: expect.stringMatching(end.refused) as unknown, status: end.status })
  const expected = (example.messages ?? []).map((message) => ({ body: '', trailers: undefined, ...message }))
  expect(outcome.messages).toMatchObject(expected)
  expect(outcome.messages).toHaveLength(expected.length)

  // What a proxy forwards as it came is what came.
  let rest = example.bytes
  for (const { head, forwarded } of [...outcome.messages, ...(outcome.broken ? [outcome.broken] : [])]) {
    rest = rest.replace(/^(?:\r\n)+/, '')
    expect(rest.startsWith(`${head}\r\n${forwarded}`)).toBe(true)
    rest = rest.slice(head.length + 2 + forwarded.length)
  }
  // Behind the last message nothing is left, but for what a tunnel carries and for the message that was refused or cut.
  if (end === 'clean' && !/tunnel|hello$/.test(rest)) expect(rest).toBe('')

  for (let at = 0; at <= example.bytes.length; at++) expect(read(example, at), `cut at ${at}`).toEqual(outcome)
  const everywhere = Array.from(example.bytes, (_, index) => index)
  expect(read(example, ...everywhere), 'byte by byte').toEqual(outcome)
})

test('names are unique, so that a failure can be found', () => {
  const names = corpus.map(({ side, name, source }) => `${side}: ${name} (${source})`)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
