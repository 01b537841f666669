import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { explain, type Delivery } from './explain.ts'

const sentence = (delivery: Delivery, state: FlowDetail['state'] = 'done'): [string, string | undefined] => {
  const { before, strong, after, setting } = explain(delivery, state)
  return [before + strong + after, setting]
}

describe('the sentence and the setting behind it', () => {
  test.each<[Delivery, string, string | undefined]>([
    [{ mode: 'buffered', reason: 'no body' }, 'There is no body, so nothing is held.', undefined],
    [
      { mode: 'buffered', reason: 'answered by Spillway itself' },
      'It was answered by Spillway itself, and no origin was asked.',
      undefined,
    ],
    [
      { mode: 'buffered', reason: 'not larger than 3m' },
      'Held until it was complete, then sent: it is not larger than 3m, the size rule.',
      'stream',
    ],
    [
      { mode: 'streamed', reason: 'larger than 3m' },
      'Streamed at once: it is larger than 3m, the size rule.',
      'stream',
    ],
    [
      { mode: 'streamed', reason: 'larger than 3m', crossoverAt: 3145728 },
      'Held at first, then streamed: it is larger than 3m, the size rule.',
      'stream',
    ],
    [
      { mode: 'streamed', reason: 'live type text/event-stream' },
      'Streamed at once: text/event-stream is a live type.',
      'liveTypes',
    ],
    [
      { mode: 'streamed', reason: 'held for more than 500 ms', crossoverAt: 10 },
      'Held at first, then streamed: it was held for more than 500 ms without completing.',
      'holdMs',
    ],
    [
      { mode: 'streamed', reason: 'larger than the buffer limit of 64m' },
      'Streamed at once: larger than 64m, the most that is held of one body.',
      'bufferLimit',
    ],
    [
      { mode: 'streamed', reason: 'rule "films": type video/*' },
      'Streamed at once: rule "films" (type video/*) decided.',
      'rules',
    ],
    [
      { mode: 'buffered', reason: 'rule 2: everything' },
      'Held until it was complete, then sent: rule 2 (everything) decided.',
      'rules',
    ],
    [
      { mode: 'streamed', reason: 'unknown length' },
      'Streamed at once: its length was not known beforehand, and such bodies are set to stream.',
      'streamUnknown',
    ],
    [
      { mode: 'buffered', reason: 'unknown length, held up to 3m' },
      'Held until it was complete, then sent: its length was not known beforehand, and the size rule is 3m.',
      'streamUnknown',
    ],
    [
      { mode: 'tunnelled', reason: 'passthrough *.bank.example' },
      'Passed untouched: *.bank.example is a passthrough host.',
      'passthrough',
    ],
    [{ mode: 'tunnelled', reason: 'neither TLS nor HTTP' }, 'Passed untouched: neither TLS nor HTTP.', undefined],
    [
      { mode: 'streamed', reason: 'the temporary file could not be written (ENOSPC)' },
      'Streamed at once: the temporary file could not be written (ENOSPC).',
      undefined,
    ],
  ])('%j', (delivery, text, setting) => {
    expect(sentence(delivery)).toEqual([text, setting])
  })

  test.each<[reason: string, text: string, modifiers: string[]]>([
    ['modifier redact', 'Streamed at once: it goes through the modifier redact.', ['redact']],
    ['modifier a, modifier b', 'Streamed at once: it goes through the modifiers a, b.', ['a', 'b']],
    ['responseHead of modifier tag', 'Streamed at once: responseHead of tag decided.', ['tag']],
  ])('%s leads to the modifiers', (reason, text, modifiers) => {
    const told = explain({ mode: 'streamed', reason }, 'done')
    expect([told.before + told.strong + told.after, told.modifiers]).toEqual([text, modifiers])
  })

  test('while it is held, nothing is said to be over', () => {
    expect(sentence({ mode: 'buffered', reason: 'unknown length, held up to 3m' }, 'held')[0]).toBe(
      'Held until it is complete: its length is not known beforehand; beyond 3m, the size rule, it streams.',
    )
  })

  test('what never reached the client is not said to have been sent', () => {
    expect(sentence({ mode: 'buffered', reason: 'not larger than 3m' }, 'left')[0]).toBe(
      'Held, to be sent when complete: it is not larger than 3m, the size rule.',
    )
  })

  test('a rule with a name of another reason is still a rule', () => {
    expect(sentence({ mode: 'streamed', reason: 'rule "larger than 3m"' })[1]).toBe('rules')
  })
})

test('every reason the engine has words for is known here', () => {
  // The window may not import the engine; its source says which reasons there are.
  const source = readFileSync(new URL('../../../../main/streaming/reason.ts', import.meta.url), 'utf8')
  const kinds = [...source.matchAll(/case '([\w-]+)':/g)].map(([, kind]) => kind)
  expect(kinds.sort()).toEqual(
    [
      'buffer-limit',
      'held',
      'larger',
      'live-type',
      'modifier',
      'no-body',
      'no-room',
      'no-size-rule',
      'not-larger',
      'rule',
      'script',
      'unknown-length',
      'unknown-length-held',
      'whole-body',
    ].sort(),
  )
})
