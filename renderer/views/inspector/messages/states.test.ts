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

test('what is missing is told as the engine tells it: how much, where, and why', () => {
  const why = 'the disk did not take it (ENOSPC: no space left on device, write)'
  const notes = [
    `2048 bytes of what was sent are not recorded (1024 to 3071): ${why}`,
    `64 messages are not listed (33 to 96): ${why}`,
  ]
  expect(remarksOn({ notes }).limited).toEqual([
    `2.0 KB of what was sent are not kept (bytes 1024 to 3071): ${why}.`,
    `64 messages are not listed any more (33 to 96): ${why}.`,
  ])
})

test('what was given up afterwards is told for each side', () => {
  const notes = ['recorded request body given up: x', 'parts of the recorded list of messages given up: y']
  expect(remarksOn({ notes }).limited).toEqual([
    'What was sent was given up: x.',
    'Parts of the list of messages were given up: y.',
  ])
})
