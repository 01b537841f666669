import { expect, test } from 'vitest'
import { matchForms, type MatchField } from './match.ts'

const good: [MatchField, ...string[]][] = [
  ['host', 'a', '*.example.com', '127.0.0.1', '[::1]', '::1', '*'],
  ['path', '/', '/v1/*', '*', '*.json?x=1'],
  ['method', 'GET', 'get', '*', 'P*', 'M-SEARCH'],
  ['status', '200', '2xx', '5XX', '*', '2*', '20*', '*4', '*04', '2*4'],
  ['type', 'text/event-stream', 'text/*', '*', '*/json', '*json', 'application/vnd.a+json'],
]
test.each(good.flatMap(([field, ...globs]) => globs.map((glob) => [field, glob] as const)))(
  '%s %j is taken',
  (field, glob) => expect(matchForms[field].form.test(glob)).toBe(true),
)

// None of these could ever match.
const bad: [MatchField, ...string[]][] = [
  ['host', '', 'http://a', 'a:80', 'a/b', 'a b'],
  ['path', '', 'x*', 'v1'],
  ['method', '', 'GET,POST', 'GET POST', '(GET)'],
  ['status', '', '20', '2000', '200-299', '200,204', '6xx', '099', 'ok', '2**0'],
  ['type', '', 'textplain', 'text/plain; charset=utf-8', 'text/html,text/plain', 'a/b/c'],
]
test.each(bad.flatMap(([field, ...globs]) => globs.map((glob) => [field, glob] as const)))(
  '%s %j is refused',
  (field, glob) => expect(matchForms[field].form.test(glob)).toBe(false),
)
