import { describe, expect, test } from 'vitest'
import { conditionsOf, matchFault, matchOf, matchSummary } from './match-text.ts'

const row = (match: object, exported: object, isRead = true) => ({ match, exported, isRead })

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

  test('of some nobody knows it before they run', () => {
    expect(matchSummary(row({}, {}, false))).toBe('not known before it runs')
    expect(matchSummary(row({ host: 'a' }, {}, false))).toBe('host a')
  })

  test('each condition says where it comes from', () => {
    expect(conditionsOf(row({ path: '/a' }, { host: 'b', path: '/c' }))).toEqual([
      { field: 'host', text: 'b', isSet: false },
      { field: 'path', text: '/a', isSet: true },
    ])
  })

  /** The complaint came from the host, with the place in its settings: "modifiers[2].match.host: …". */
  test('what is wrong with a field is said as in the rules', () => {
    expect(matchFault('host', 'http://x')).toMatch(/^"http:\/\/x" is not a host/)
    expect(matchFault('status', '600')).toMatch(/^"600" is not a status/)
    expect(matchFault('type', 'textplain')).toMatch(/^"textplain" is not a media type/)
    for (const type of ['text/plain', '*', 'text/*', '*json']) expect(matchFault('type', type)).toBeUndefined()
    expect(matchFault('path', ' ')).toBeUndefined()
  })

  test('empty fields are left to the file', () => {
    expect(matchOf({ host: ' a ', path: '  ', status: '' })).toEqual({ host: 'a' })
  })
})
