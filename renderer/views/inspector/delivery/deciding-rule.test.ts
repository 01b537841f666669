import { expect, test } from 'vitest'
import { decidingRule } from './deciding-rule.ts'

// The link to the rule that decided led to the button "Add a rule", and "rule 2" was another one after a move.

const json = { type: 'application/json', delivery: 'buffer' } as const
const video = { type: 'video/*', largerThan: 3 * 1024 * 1024, delivery: 'stream' } as const
const named = { name: 'a: "b"', host: 'x', delivery: 'stream' } as const

const buffered = { mode: 'buffered', reason: 'rule 2: type application/json' } as const
const streamed = { mode: 'streamed', reason: 'rule 1: type video/*, larger than 3m' } as const

test('is found by what it asks for, wherever it has gone', () => {
  expect(decidingRule(buffered, [video, json])).toBe(1)
  expect(decidingRule(buffered, [json, named, video])).toBe(0)
  expect(decidingRule(streamed, [json, video])).toBe(1)
  expect(decidingRule({ mode: 'streamed', reason: 'rule "a: "b"": host x' }, [json, named])).toBe(1)
})

test('of equal ones, the one that is still at its number, or the first', () => {
  expect(decidingRule(buffered, [json, json, json])).toBe(1)
  expect(decidingRule(buffered, [json, video, json])).toBe(0)
})

test('is not there any more when it was removed, renamed, or asks for or does something else', () => {
  expect(decidingRule(buffered, [])).toBeUndefined()
  expect(decidingRule(buffered, [{ ...json, name: 'new' }])).toBeUndefined()
  expect(decidingRule(buffered, [{ ...json, host: 'a' }])).toBeUndefined()
  expect(decidingRule(buffered, [{ ...json, delivery: 'stream' }])).toBeUndefined()
  expect(decidingRule({ mode: 'streamed', reason: 'larger than 3m' }, [video])).toBeUndefined()
})
