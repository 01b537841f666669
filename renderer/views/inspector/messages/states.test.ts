import { expect, test } from 'vitest'
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { remarksOn } from './states.ts'

const side = { recorded: 'complete', recordedBytes: 100, bytes: 100 }
const flow = (more: object): FlowDetail =>
  ({
    ...{ state: 'done', notes: [], request: side, response: side },
    messages: { sent: 1, received: 1, control: 0, recorded: 'complete' },
    ...more,
  }) as unknown as FlowDetail

test('there is nothing to be said of what is whole', () => {
  expect(remarksOn(flow({}))).toEqual({ sentences: [], limited: undefined })
})

test('what was not recorded is told by direction, once it is known', () => {
  const request = { recorded: 'partial', recordedBytes: 2048, bytes: 9000 }
  expect(remarksOn(flow({ request })).limited).toContain('the first 2.0 KB sent. Messages beyond')
  expect(remarksOn(flow({ request, state: 'tunnelled' })).limited).toBeUndefined()
  const response = { recorded: 'missing', recordedBytes: 0, bytes: 9000 }
  expect(remarksOn(flow({ request, response })).limited).toContain('the first 2.0 KB sent and the first 0 B received')
})

test('notes of the engine are sentences, an unknown extension among them', () => {
  const notes = [
    'messages are shown as they were sent: what was agreed is not known (x-turbo)',
    'messages received are not shown from byte 70 on: a frame has the unknown opcode 3',
    'another note',
  ]
  expect(remarksOn(flow({ notes })).sentences).toEqual([
    'What the two agreed on is not known to Spillway, so messages are shown as they were sent.',
    'Nothing more can be told of what was received: a frame has the unknown opcode 3.',
  ])
})

test('a list that came to its limit says so', () => {
  const messages = { sent: 1, received: 1, control: 0, recorded: 'partial' }
  expect(remarksOn(flow({ messages })).sentences).toHaveLength(1)
})
