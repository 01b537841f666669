import { describe, expect, test } from 'vitest'
import { conditionsOf, matchOf, matchSummary } from './match-text.ts'

const row = (match: object, exported: object, status: 'applied' | 'off' = 'applied') => ({
  ...{ match, exported, status },
  transforms: status === 'applied',
  readsHead: false,
})

describe('what a modifier runs on', () => {
  test.each([
    [{}, {}, 'all responses'],
    [{}, { host: '*.example.com', type: 'text/event-stream' }, 'host *.example.com, event streams'],
    [{ host: 'api.test' }, { host: '*.example.com', path: '/v1/*' }, 'host api.test, path /v1/*'],
    [{ type: 'video/*' }, {}, 'type video/*'],
    [{ status: '2xx', method: 'GET' }, {}, 'method GET, status 2xx'],
  ])('set %j over exported %j', (match, exported, summary) => {
    expect(matchSummary(row(match, exported))).toBe(summary)
  })

  test('of one that is off nobody knows what its file says', () => {
    expect(matchSummary(row({}, {}, 'off'))).toBe('as its file says')
    expect(matchSummary(row({ host: 'a' }, {}, 'off'))).toBe('host a')
  })

  test('each condition says where it comes from', () => {
    expect(conditionsOf(row({ path: '/a' }, { host: 'b', path: '/c' }))).toEqual([
      { field: 'host', text: 'b', isSet: false },
      { field: 'path', text: '/a', isSet: true },
    ])
  })

  test('empty fields are left to the file', () => {
    expect(matchOf({ host: ' a ', path: '  ', status: '' })).toEqual({ host: 'a' })
  })
})
