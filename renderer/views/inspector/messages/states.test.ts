import { expect, test } from 'vitest'
import { remarksOn } from './states.ts'

test('there is nothing to be said of what is whole', () => {
  expect(remarksOn({ notes: ['another note'] })).toEqual({ sentences: [], limited: [] })
})

test('notes of the engine are sentences, an unknown extension among them', () => {
  const notes = [
    'messages are shown as they were sent: what was agreed is not known (x-turbo)',
    'messages received are not shown from byte 70 on: a frame has the unknown opcode 3',
  ]
  expect(remarksOn({ notes }).sentences).toEqual([
    'What the two agreed on is not known to Spillway, so messages are shown as they were sent.',
    'Nothing more can be told of what was received: a frame has the unknown opcode 3.',
  ])
})

// Whatever was missing, more disk space was offered: also where the disk was full, or slow.
test('what is missing is told as the engine tells it: how much, where, and why', () => {
  const why = 'the disk did not take it (ENOSPC: no space left on device, write)'
  const budget = 'bodies on disk exceeded 4m, and the oldest went first'
  const notes = [
    `2048 bytes of what was sent are not recorded (1024 to 3071): ${why}`,
    `64 messages are not listed (33 to 96): ${budget}`,
    `1 message is not listed (3 to 3): ${budget}; ${why}`,
  ]
  expect(remarksOn({ notes })).toEqual({
    sentences: [`2.0 KB of what was sent are not kept (bytes 1024 to 3071): ${why}.`],
    limited: [
      `64 messages are not listed any more (33 to 96): ${budget}.`,
      `1 message is not listed any more (3 to 3): ${budget}; ${why}.`,
    ],
  })
})

test('what was given up afterwards is told for each side', () => {
  const budget = 'bodies on disk exceeded 4m, and the oldest went first'
  const notes = [
    `recorded request body given up: ${budget}`,
    `parts of the recorded list of messages given up: ${budget}`,
    'recorded response body given up: the disk was too slow',
  ]
  expect(remarksOn({ notes })).toEqual({
    sentences: ['What was received was given up: the disk was too slow.'],
    limited: [`What was sent was given up: ${budget}.`, `Parts of the list of messages were given up: ${budget}.`],
  })
})
