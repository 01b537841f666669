/** What a user's config file says, and the rules in it. */
import { isDeepStrictEqual } from 'node:util'
import { parseJson } from '../../app/host/settings/json-position.ts'
import { readValues } from '../../app/host/settings/complaint.ts'
import { matchRule, passthroughPattern } from '../../main/rules/index.ts'
import type { Rule } from '../../main/model/rule.ts'
import { Broken, withoutValues, type Target } from '../target.ts'

const facts = { host: 'api.example.com', path: '/a/b?c=d', method: 'GET', status: 204, type: 'text/html', length: 5000 }

async function check(input: Buffer): Promise<string> {
  const text = input.toString('utf8')
  const parsed = parseJson(text)
  if (!parsed.ok) {
    const { line, column, what } = parsed.fault
    const lines = text.split('\n')
    if (line < 1 || line > lines.length || column < 1 || column > (lines[line - 1]?.length ?? 0) + 1 || what === '')
      throw new Broken('a fault has its place within the text', parsed.fault)
    return `json ${withoutValues(what).slice(0, 40)}`
  }
  const read = await readValues(parsed.value, '/')
  if (!read.ok) {
    const { place, message } = read.complaint
    if (message === '' || message.length > 2 * text.length + 500)
      throw new Broken('a complaint is a sentence', read.complaint)
    return `complaint ${place.replace(/[^a-zA-Z.]+.*/, '').slice(0, 12)} ${withoutValues(message).slice(0, 60)}`
  }
  const { rules = [], passthrough = [], modifiers = [] } = read.values
  const again = await readValues({ rules, passthrough, modifiers }, '/')
  if (!again.ok || !isDeepStrictEqual(again.values, { rules, passthrough, modifiers }))
    throw new Broken('what was read is read again as the same', again)
  const index = rules.findIndex((rule) => expected(rule))
  const found = matchRule(rules, facts)?.index ?? -1
  if (found !== index) throw new Broken('the first rule that matches is found', { found, index, rules })
  const pattern = passthroughPattern(passthrough, facts.host, 443)
  if (pattern !== undefined && !passthrough.includes(pattern)) throw new Broken('a pattern is one of those given')
  return `ok ${Object.keys(read.values).sort().join()} ${rules.length > 0} ${index}`
}

/** The same by regular expressions, where the glob is short enough for them. */
function expected({ host, path, method, status, type, largerThan, off }: Rule): boolean {
  const glob = (pattern: string | undefined, value: string): boolean =>
    pattern === undefined || new RegExp(`^${collapse(pattern).map(escaped).join('[^]*')}$`).test(value)
  const statusClass = /^([1-5])xx$/i.exec(status ?? '')
  if (off === true || (largerThan !== undefined && facts.length <= largerThan)) return false
  if (
    !glob(
      host
        ?.toLowerCase()
        .replace(/^\[(.*)\]$/, '$1')
        .replace(/(.)\.$/, '$1'),
      facts.host,
    )
  )
    return false
  if (!glob(path, facts.path) || !glob(method?.toUpperCase(), facts.method) || !glob(type?.toLowerCase(), facts.type))
    return false
  return statusClass ? statusClass[1] === '2' : glob(status, '204')
}

/** Several stars mean what one means, and cost a regular expression too much. */
const collapse = (pattern: string): string[] => pattern.replace(/\*+/g, '*').split('*')
const escaped = (part: string): string => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

export const config: Target = {
  name: 'config',
  seeds: [
    '{"listen":"127.0.0.1:8080","stream":"3m","streamUnknown":"now","liveTypes":true,"holdMs":500}',
    '{"rules":[{"host":"*.example.com","path":"/a*","delivery":"stream"},{"status":"2xx","method":"g*t","type":"text/*","largerThan":"4k","delivery":"buffer","name":"n","off":false}]}',
    '{"passthrough":["*.bank.example","api.example.com:443","[::1]:*"],"modifiers":[{"file":"a.ts","match":{"host":"a"},"recode":true}],"bufferLimit":"64m"}',
    '{"$schema":"x","modifier":["a.ts"],"originCa":[],"insecure":"off","maxFlows":10,"idleLimitMs":1000}',
    '{\n  "rules": [\n    {"host": "a",, "delivery": "stream"}]\n}',
  ].map((text) => Buffer.from(text)),
  words: [
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    '\\',
    '\\u0000',
    '\\ud800',
    'null',
    'true',
    '1e999',
    '-0',
    '1.5',
    '"*"',
    '*',
    '"rules":',
    '"host":',
    '"status":"2xx"',
    '"delivery":"stream"',
    '"stream":',
    '"3m"',
    '"__proto__":',
    '"constructor":',
    '\n',
    '\xc3\xbc',
    '\xff',
    '[[[[[[[[',
    '{"a":{"a":',
  ],
  most: 16_384,
  check,
}
