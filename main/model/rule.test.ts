import { expect, test } from 'vitest'
import { ruleWords, type Rule } from './rule.ts'

test.each<[Omit<Rule, 'delivery'>, string]>([
  [{}, 'everything'],
  [{ name: 'films', off: true }, 'everything'],
  [{ type: 'application/json' }, 'type application/json'],
  [
    { largerThan: 3 * 1024 * 1024, type: 'video/*', status: '2xx', method: 'GET', path: '/v1/*', host: 'api.*' },
    'host api.*, path /v1/*, method GET, status 2xx, type video/*, larger than 3m',
  ],
])('%j asks for %s', (rule, words) => {
  expect(ruleWords({ ...rule, delivery: 'stream' })).toBe(words)
})
