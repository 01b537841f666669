import { expect, test } from 'vitest'
import { conditionsOf, draftOf, emptyDraft, ruleOf } from './rule-draft.ts'

test('empty fields are no part of the rule, blanks around a value neither', () => {
  expect(ruleOf({ ...emptyDraft, host: ' *.example.com ', largerThan: '3m' })).toEqual({
    ok: true,
    rule: { host: '*.example.com', largerThan: 3145728, delivery: 'stream' },
  })
  expect(ruleOf(emptyDraft)).toEqual({ ok: true, rule: { delivery: 'stream' } })
})

test('every wrong field has its own sentence, all at once', () => {
  const result = ruleOf({ ...emptyDraft, host: 'http://x', path: 'a', status: '600', type: 'a;b', largerThan: '3x' })
  expect(result).toEqual({
    ok: false,
    faults: {
      host: expect.stringMatching(/"http:\/\/x" is not a host/) as string,
      path: expect.stringMatching(/"a" is not a path/) as string,
      status: expect.stringMatching(/"600" is not a status/) as string,
      type: expect.stringMatching(/"a;b" is not a media type/) as string,
      largerThan: expect.stringMatching(/"3x" is not a size/) as string,
    },
  })
})

test('a rule comes out of its form as it went in', () => {
  const rule = {
    name: 'x',
    path: '/a*',
    method: 'GET',
    status: '2xx',
    largerThan: 1000,
    off: true,
    delivery: 'buffer',
  } as const
  expect(ruleOf(draftOf(rule))).toEqual({ ok: true, rule })
  expect(conditionsOf(rule).map(({ text }) => text)).toEqual(['/a*', 'GET', '2xx', '1000b'])
  expect(conditionsOf({ delivery: 'buffer' })).toEqual([])
})
