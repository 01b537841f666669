import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { prettyJson, prettyJsonInTurns, type Pretty } from './pretty-json.ts'

function pretty(source: string): Pretty {
  const work = prettyJson(source)
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

describe('pretty JSON', () => {
  test('is laid out as JSON.stringify does it', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, 4), (json, indent) => {
        const source = JSON.stringify(JSON.parse(json), null, indent)
        expect(pretty(source)).toMatchObject({ text: JSON.stringify(JSON.parse(json), null, 2), problem: undefined })
      }),
    )
  })

  test('numbers, escapes and duplicate keys stay as they came', () => {
    expect(pretty('{"id":12345678901234567890,"id":1.10,"s":"\\u0041\\/"}').text).toBe(
      '{\n  "id": 12345678901234567890,\n  "id": 1.10,\n  "s": "\\u0041\\/"\n}',
    )
  })

  test('values one after the other begin lines', () => {
    expect(pretty('{"a":1}\n{"a":2}').text).toBe('{\n  "a": 1\n}\n{\n  "a": 2\n}')
  })

  test('cut: as far as it goes', () => {
    expect(pretty('{"a":[1,2')).toMatchObject({
      text: '{\n  "a": [\n    1,\n    2',
      problem: 'The JSON ends before it is complete.',
    })
  })

  test('not JSON: the rest is copied as it is, and the place is told', () => {
    expect(pretty('{"a": <p>hi</p>')).toMatchObject({
      text: '{\n  "a": <p>hi</p>',
      problem: 'Not JSON from character 7 on: "<p>hi</p>"',
    })
  })

  test('whatever comes, nothing but white space is lost', () => {
    fc.assert(
      fc.property(fc.string(), (source) => {
        const bare = (text: string): string => text.replace(/\s/g, '')
        expect(bare(pretty(source).text)).toBe(bare(source.replace(/^\ufeff/, '')))
      }),
    )
  })

  test('millions of brackets do not become gigabytes, and a string of megabytes is one token', () => {
    expect(pretty('['.repeat(2_000_000)).text.length).toBeLessThan(40 * 1024 * 1024)
    const long = `"${'\\\\u0041 '.repeat(700_000)}"`
    expect(pretty(`[${long}]`)).toEqual({ text: `[\n  ${long}\n]`, problem: undefined, longest: long.length })
  })
})

test('in turns: the same, and it can be stopped', async () => {
  const source = JSON.stringify(Array.from({ length: 100_000 }, (_, id) => ({ id })))
  const { signal } = new AbortController()
  expect((await prettyJsonInTurns(source, signal)).text).toBe(JSON.stringify(JSON.parse(source), null, 2))
  await expect(prettyJsonInTurns(source.repeat(5), AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop')
})
