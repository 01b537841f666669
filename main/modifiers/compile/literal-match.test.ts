import ts from 'typescript'
import { expect, test } from 'vitest'
import { literalMatch } from './literal-match.ts'

const read = (source: string) => literalMatch(ts.createSourceFile('m.ts', source, ts.ScriptTarget.ES2024, true))

const all = { host: '*.example.com', path: '/v1/*', method: 'GET', type: 'text/event-stream', status: '200' }

test.each<[string, unknown]>([
  ['export default (chunks) => chunks', {}],
  [
    `export const match = { host: '*.example.com', 'path': "/v1/*", method: \`GET\`, type: 'text/event-stream', status: 200 }`,
    all,
  ],
  [`export const match = ({ path: '/a' } as const) satisfies Match, decode = false`, { path: '/a' }],
  [`export const match: Match = {}`, {}],
  [`// export const match = { path: '/a' }\nconst text = "export const match = { path: '/b' }"`, {}],
  [`const match = { path: '/a' }`, {}],
  // What is only known when it is run.
  [`const match = { path: '/a' }\nexport { match }`, undefined],
  [`const match = { path: '/a' }\nexport { match as other }`, {}],
  [`export let match = { path: '/a' }`, undefined],
  [`export const match = { path: '/' + 'a' }`, undefined],
  ['export const match = { path: `/${a}` }', undefined],
  [`export const match = { ...others }`, undefined],
  [`export const match = { path }`, undefined],
  [`export const match = { ['path']: '/a' }`, undefined],
  [`export const match = make()`, undefined],
  [`export const { match } = all`, undefined],
  [`export function match() {}`, undefined],
  // What the sandbox refuses.
  [`export const match = { port: '80' }`, undefined],
  [`export const match = { path: 7 }`, undefined],
])('%s', (source, expected) => expect(read(source)).toEqual(expected))
