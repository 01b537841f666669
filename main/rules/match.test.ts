import { describe, expect, test } from 'vitest'
import type { Rule } from '../model/rule.ts'
import { matchRule, missedFields, ruleLabel, type ResponseFacts } from './match.ts'

const facts: ResponseFacts = {
  host: 'api.example.com',
  path: '/v1/Chat?stream=true',
  method: 'POST',
  status: 206,
  type: 'video/mp4',
  length: 1000,
}
const matches = (rule: Omit<Rule, 'delivery'>, over: Partial<ResponseFacts> = {}) =>
  matchRule([{ delivery: 'stream', ...rule }], { ...facts, ...over }) !== undefined

describe('a rule matches by', () => {
  test.each<[Omit<Rule, 'delivery'>, boolean]>([
    [{}, true],
    [{ off: true }, false],
    [{ off: false }, true],
    [{ host: 'api.example.com' }, true],
    [{ host: 'API.Example.*' }, true],
    [{ host: '*.example.com' }, true],
    [{ host: 'example.com' }, false],
    [{ path: '/v1/*' }, true],
    [{ path: '/v1/chat*' }, false],
    [{ path: '/v1/Chat' }, false],
    [{ path: '*stream=true' }, true],
    [{ method: 'post' }, true],
    [{ method: 'POST' }, true],
    [{ method: 'PO*' }, true],
    [{ method: 'pu*' }, false],
    [{ status: '206' }, true],
    [{ status: '2xx' }, true],
    [{ status: '2XX' }, true],
    [{ status: '20' }, false],
    [{ status: '20*' }, true],
    [{ status: '*06' }, true],
    [{ status: '4*' }, false],
    [{ status: '200' }, false],
    [{ status: '5xx' }, false],
    [{ type: 'video/mp4' }, true],
    [{ type: 'Video/*' }, true],
    [{ type: 'video' }, false],
    [{ largerThan: 999 }, true],
    [{ largerThan: 1000 }, false],
    [{ largerThan: 0 }, true],
    [{ host: 'api.*', path: '/v1/*', method: 'POST', status: '2xx', type: 'video/*', largerThan: 1 }, true],
    [{ host: 'api.*', path: '/v1/*', method: 'GET', status: '2xx', type: 'video/*', largerThan: 1 }, false],
  ])('%j: %s', (rule, expected) => {
    expect(matches(rule)).toBe(expected)
  })

  test('a length that is not known matches no size, and a missing type only "*"', () => {
    expect(matches({ largerThan: 0 }, { length: undefined })).toBe(false)
    expect(matches({ type: 'video/*' }, { type: undefined })).toBe(false)
    expect(matches({ type: '*' }, { type: undefined })).toBe(true)
  })
})

test('the first rule that matches decides, with its place among all', () => {
  const rules: Rule[] = [
    { host: 'other', delivery: 'stream' },
    { off: true, delivery: 'stream' },
    { status: '2xx', delivery: 'buffer' },
    { delivery: 'stream' },
  ]
  expect(matchRule(rules, facts)).toEqual({ rule: rules[2], index: 2 })
  expect(matchRule(rules.slice(0, 2), facts)).toBeUndefined()
  expect(matchRule([], facts)).toBeUndefined()
})

test('what it does not match by is told, and nothing else', () => {
  expect(missedFields({}, facts)).toEqual([])
  expect(missedFields({ host: 'api.*', type: 'text/*', status: '206', method: 'get' }, facts)).toEqual([
    'method',
    'type',
  ])
  expect(missedFields({ type: 'text/*' }, { ...facts, type: undefined })).toEqual(['type'])
})

test('a rule is called by its name, else by its number from 1', () => {
  expect(ruleLabel({ name: 'films', delivery: 'stream' }, 4)).toBe('rule "films"')
  expect(ruleLabel({ delivery: 'stream' }, 4)).toBe('rule 5')
  expect(ruleLabel({ name: '', delivery: 'stream' }, 0)).toBe('rule 1')
})
