import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutMark, prettyJson, prettyJsonInTurns, type PrettyPiece } from './pretty-json.ts'

function pretty(source: string, longest?: number): PrettyPiece & { problem: string | undefined } {
  const whole: PrettyPiece = { text: '', cuts: [], folds: [] }
  const work = prettyJson(source, longest)
  for (;;) {
    const step = work.next()
    if (step.done === true) return { ...whole, problem: step.value }
    whole.text += step.value.text
    whole.cuts.push(...step.value.cuts)
    whole.folds.push(...step.value.folds)
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
    expect(pretty(`[${long}]`)).toMatchObject({ text: `[\n  ${long}\n]`, problem: undefined, cuts: [] })
  })

  test('what can be folded is what is inside of brackets', () => {
    const { text, folds } = pretty('{"a":[1,{}],"b":{"c":[]}}')
    expect(folds.map(({ from, to }) => text.slice(from - 1, to + 1).replace(/\s/g, ''))).toEqual([
      '[1,{}]',
      '{"c":[]}',
      '{"a":[1,{}],"b":{"c":[]}}',
    ])
    for (const { from } of folds) expect(text[from]).toBe('\n')
    // Folded as a whole after many pieces.
    const many = pretty(`[${'{"id":1},'.repeat(50_000)}0]`)
    expect(many.folds).toHaveLength(50_001)
    expect(many.folds.at(-1)).toEqual({ from: 1, to: many.text.length - 1 })
  })
})

// A body with 4 MB of base64 in one string held the window up for two and a half seconds.
describe('long values', () => {
  const long = 'iVBORw0KGgo'.repeat(1000)

  test('are shortened where they are, with how much is left out', () => {
    const { text, cuts } = pretty(`{"data":"${long}","next":1}`, 4096)
    expect(text).toHaveLength(256 + 1 + 48 + '{\n  "data": ,\n  "next": 1\n}'.length)
    expect(cuts).toHaveLength(1)
    expect(text[cuts[0]!.at]).toBe(cutMark)
    expect(text.length - 1 + cuts[0]!.left).toBe(pretty(`{"data":"${long}","next":1}`).text.length)
    expect(text).toContain('",\n  "next": 1\n}')
  })

  test('keep no quote of their own, and no half of an escape, at their end', () => {
    const { text } = pretty(`["${'\\"'.repeat(5000)}${'x'.repeat(10)}"]`, 4096)
    expect(text).toMatch(new RegExp(`${cutMark}x{10}"\n]$`))
    expect(pretty(`["${'\\"'.repeat(5000)}"]`, 4096).text).toMatch(new RegExp(`${cutMark}"\n]$`))
  })

  test('end where they end, whatever is escaped in them, and are none with a line break in them', () => {
    const any = fc.array(fc.constantFrom('x'.repeat(90), '\\\\', '\\"', '\\n', 'ü'), { maxLength: 12 })
    fc.assert(
      fc.property(any, (parts) => {
        const value = `"${parts.join('')}"`
        expect(pretty(`[${value},1]`).text).toBe(`[\n  ${value},\n  1\n]`)
      }),
    )
    expect(pretty(`["${'x'.repeat(500)}\n"]`).problem).toContain('Not JSON from character 2')
    expect(pretty(`["${'x'.repeat(500)}`).problem).toContain('Not JSON from character 2')
  })

  test('so is what is no JSON', () => {
    const { text, cuts, problem } = pretty(`[<${long}`, 4096)
    expect([text.length, cuts.length]).toEqual(['[\n  '.length - 3 + 256 + 1 + 48, 1])
    expect(problem).toContain('Not JSON')
  })
})

test('in turns: the same, and it can be stopped', async () => {
  const source = JSON.stringify(Array.from({ length: 100_000 }, (_, id) => ({ id })))
  let text = ''
  let turns = 0
  const take = (piece: PrettyPiece): void => {
    text += piece.text
    turns++
  }
  expect(await prettyJsonInTurns(source, Infinity, take, new AbortController().signal)).toBeUndefined()
  expect(text).toBe(JSON.stringify(JSON.parse(source), null, 2))
  expect(turns).toBeGreaterThan(1)
  await expect(prettyJsonInTurns(source, Infinity, take, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop')
})
