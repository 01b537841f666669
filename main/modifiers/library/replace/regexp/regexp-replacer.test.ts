/** Regular expressions over a stream give what the language gives over the whole text, and hold back no more than they must. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { costOf } from '../../testing/cost.ts'
import { cutAt, someCuts } from '../../testing/cuts.ts'
import { readTemplate } from '../replacement.ts'
import { RegExpReplacer } from './regexp-replacer.ts'
import { Search } from './search.ts'

const kept = 64 * 1024

function replacer(pattern: RegExp, replacement = '<$&>', within = kept): RegExpReplacer {
  const search = new Search(pattern, within)
  const made = readTemplate(replacement, search.groups)
  return new RegExpReplacer(
    search,
    (match) => made({ text: match[0], groups: match.slice(1), named: match.groups }),
    within,
  )
}

function streamed(pattern: RegExp, pieces: readonly string[], replacement?: string, within?: number): string {
  const stream = replacer(pattern, replacement, within)
  return pieces.map((piece) => stream.feed(piece)).join('') + stream.end()
}

/** Random patterns over a few characters, so that they match often. */
function patterns(options: { look: boolean; lazy: boolean; depth: 'small' | 'medium' }): fc.Arbitrary<string> {
  const character = fc.constantFrom(
    'a',
    'b',
    'c',
    '.',
    '[ab]',
    '[^a]',
    '\\w',
    '\\W',
    '\\n',
    '[^\\n]',
    '[\\s\\S]',
    '\\x61',
  )
  const { tree } = fc.letrec<{ tree: string; sequence: string; quantified: string; unit: string }>((tie) => ({
    tree: fc.oneof(
      { depthSize: options.depth, withCrossShrink: true },
      { weight: 4, arbitrary: tie('sequence') },
      { weight: 1, arbitrary: fc.tuple(tie('sequence'), tie('sequence')).map((two) => two.join('|')) },
    ),
    sequence: fc.array(tie('quantified'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
    quantified: fc.oneof(
      { depthSize: options.depth, withCrossShrink: true },
      { weight: 5, arbitrary: character },
      {
        weight: 3,
        arbitrary: fc
          .tuple(tie('unit'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{2,}'), fc.constantFrom('', '', '?'))
          .map(([unit, quantifier, lazy]) => unit + quantifier + (options.lazy ? lazy : '')),
      },
      { weight: options.look ? 2 : 0, arbitrary: fc.constantFrom('^', '$', '\\b', '\\B') },
      {
        weight: options.look ? 2 : 0,
        arbitrary: fc
          .tuple(fc.constantFrom('?=', '?!', '?<=', '?<!'), tie('tree'))
          .map(([open, body]) => `(${open}${body})`),
      },
      { weight: options.look ? 1 : 0, arbitrary: fc.constantFrom('(a|bb?)\\1', '(?<q>["a])b*\\k<q>') },
    ),
    unit: fc.oneof(
      { depthSize: options.depth, withCrossShrink: true },
      { weight: 4, arbitrary: character },
      { weight: 1, arbitrary: tie('tree').map((body) => `(?:${body})`) },
      { weight: 1, arbitrary: tie('tree').map((body) => `(${body})`) },
    ),
  }))
  return tree
}

/** Names may be there once only. */
function compiled(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags)
  } catch {
    return undefined
  }
}

const texts = fc.string({
  unit: fc.constantFrom('a', 'a', 'b', 'b', 'c', '\n', ' ', '"', '\0', '\x01', 'é', '😀'),
  maxLength: 24,
})
const flags = fc.constantFrom('g', 'g', 'g', '', 'gu', 'gs', 'gm', 'gi', 'gv', 'gmu', 'gims')

/**
 * What repeats a group may take the language itself, which tries every way to divide a text, twice as long for each letter:
 * minutes for a rare pattern and 24 letters, in each of the ways it is cut. With 10 it is milliseconds.
 */
const divided = (source: string, text: string): string =>
  /\)[*+?{]/.test(source) ? Array.from(text).slice(0, 10).join('') : text

// Now and then a run came upon such a pattern, and stood still beyond its time limit.
test('any pattern, text and cuts: as the language replaces in the whole text', () => {
  const some = patterns({ look: true, lazy: true, depth: 'medium' })
  fc.assert(
    fc.property(some, flags, texts, someCuts, (source, flag, whole, where) => {
      const pattern = compiled(source, flag)
      fc.pre(pattern !== undefined)
      const text = divided(source, whole)
      const expected = text.replace(pattern, '<$&,$1>')
      expect(streamed(pattern, betweenCharacters(cutAt(text, where)), '<$&,$1>')).toBe(expected)
      expect(streamed(pattern, Array.from(text), '<$&,$1>')).toBe(expected)
    }),
    { numRuns: 1200 },
  )
})

/** Pieces that end between characters. */
function betweenCharacters(pieces: string[]): string[] {
  let half = ''
  return pieces.map((piece) => {
    const all = half + piece
    half = /[\ud800-\udbff]$/.test(all) ? all.slice(-1) : ''
    return half === '' ? all : all.slice(0, -1)
  })
}

/** All texts of up to three of the characters that patterns here tell apart. */
const tails = ['']
for (let from = 0, length = 0; length < 3; length++) {
  const to = tails.length
  for (; from < to; from++) for (const char of 'abc\n ') tails.push(`${tails[from] ?? ''}${char}`)
}

/** The end of the match that begins there. */
function endOfMatch(pattern: RegExp, text: string, at: number): number | undefined {
  for (const match of text.matchAll(pattern)) if (match.index === at) return at + match[0].length
  return undefined
}

test('what is held back begins where ways to go on differ', () => {
  // Short enough for the tails to complete them.
  const quantified = fc
    .tuple(
      fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', '\\W', '[^\\n]'),
      fc.constantFrom('', '', '*', '+', '?', '*?', '+?'),
    )
    .map((parts) => parts.join(''))
  const sequence = fc.array(quantified, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''))
  const simple = fc.array(sequence, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|'))
  let held = 0
  fc.assert(
    fc.property(simple, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }), (source, text) => {
      const pattern = new RegExp(source, 'g')
      // Nothing is changed, so what has gone out is as long as the text that has.
      const at = replacer(pattern, '$&').feed(text).length
      if (at === text.length) return
      held++
      expect(new Set(tails.map((tail) => endOfMatch(pattern, text + tail, at))).size).toBeGreaterThan(1)
    }),
    { numRuns: 800 },
  )
  expect(held).toBeGreaterThan(100)
})

test('beyond the bound: the same however it is cut', () => {
  const long = fc.string({ unit: fc.constantFrom('a', 'a', 'b', 'c', '\n'), minLength: 10, maxLength: 32 })
  const some = patterns({ look: true, lazy: true, depth: 'medium' })
  fc.assert(
    fc.property(some, flags, long, someCuts, fc.integer({ min: 1, max: 12 }), (source, flag, text, where, within) => {
      const pattern = compiled(source, flag)
      fc.pre(pattern !== undefined)
      const expected = streamed(pattern, [text], '<$&>', within)
      expect(streamed(pattern, cutAt(text, where), '<$&>', within)).toBe(expected)
      expect(streamed(pattern, Array.from(text), '<$&>', within)).toBe(expected)
    }),
    { numRuns: 800 },
  )
})

describe('what goes out at once, and what at the end', () => {
  test.each<[pattern: RegExp, text: string, out: string]>([
    // Nothing of these can become a match any more.
    [/foo/g, 'some text. ', 'some text. '],
    [/foo/g, 'foo', '<foo>'],
    [/foo/g, 'a fool', 'a <foo>l'],
    [/a+b/g, 'aac', 'aac'],
    [/"[^"]*"/g, 'say "hello" to', 'say <"hello"> to'],
    [/(["'])x\1/g, `"x"`, `<"x">`],
    [/foo(?=bar)/g, 'foobar', '<foo>bar'],
    [/foo(?!bar)/g, 'foo ba', '<foo> ba'],
    [/(?<=a)b/g, 'ab', 'a<b>'],
    [/\bfoo\b/g, 'foo.', '<foo>.'],
    [/^foo/g, 'foo', '<foo>'],
    [/^foo/g, 'x foo', 'x foo'],
    [/\d{4}/g, '12345', '<1234>'],
    [/a|ab/g, 'a', '<a>'],
    [/a*?b/g, 'xb', 'x<b>'],
    // More text decides.
    [/foo/g, 'a fo', 'a '],
    [/ab|a/g, 'a', ''],
    [/a+/g, 'baa', 'b'],
    [/"[^"]*"/g, 'say "hel', 'say '],
    [/(["'])x\1/g, `1 "x`, '1 '],
    [/(ab?)c\1/g, 'abca', ''],
    [/foo(?=bar)/g, 'x foob', 'x '],
    [/foo(?!bar)/g, 'x foob', 'x '],
    [/\bfoo\b/g, 'x foo', 'x '],
    [/foo$/g, 'x foo', 'x '],
    [/foo$/gm, 'x foo', 'x '],
    [/foo$/gm, 'x foo\n', 'x <foo>\n'],
    [/\s+$/gm, 'x  y  ', 'x  y'],
    [/(?<=\bfoo\b) /g, 'foo', 'foo'],
  ])('%s in %j: %j', (pattern, text, out) => {
    const stream = replacer(pattern)
    expect(stream.feed(text)).toBe(out)
    expect(out + stream.end()).toBe(text.replaceAll(pattern, '<$&>'))
  })

  test('without the flag g the first match is replaced, and all behind it passes', () => {
    const stream = replacer(/fo+/)
    expect(stream.feed('a fo')).toBe('a ')
    expect(stream.feed('o, f')).toBe('<foo>, f')
    expect(stream.feed('o')).toBe('o')
    expect(stream.end()).toBe('')
  })

  test('a form that cannot be followed is right, but late', () => {
    // Flags in a group: the reach is not known.
    const pattern = new RegExp('(?i:FOO)', 'g')
    const stream = replacer(pattern, '<$&>', 8)
    expect(stream.feed('a foo')).toBe('')
    expect(stream.feed(' and more, Foo')).toBe('a <foo> and')
    expect(stream.end()).toBe(' more, <Foo>')
  })
})

describe('beyond the bound', () => {
  test('what is open for too long passes, and the search goes on behind its beginning', () => {
    const open = `"${'x'.repeat(100)} foo ${'y'.repeat(100)}`
    expect(streamed(/"[^"]*"|foo/g, Array.from(open), '<$&>', 16)).toBe(open.replace('foo', '<foo>'))
  })

  test('no more than twice the bound is held', () => {
    const stream = replacer(/"[^"]*"/g, '<$&>', 1024)
    let fed = 0
    let out = 0
    for (let turn = 0; turn < 5000; turn++) {
      fed += 7
      out += stream.feed(turn === 0 ? '"xxxxxx' : 'xxxxxxx').length
      expect(fed - out).toBeLessThanOrEqual(2048)
    }
  })
})

test('a sticky pattern is refused', () => {
  expect(() => replacer(/a/y)).toThrow(
    new TypeError('replace: a sticky pattern (flag y) has no place to stick to in a stream'),
  )
})

describe('cost', () => {
  const feedAll = (pattern: RegExp, piece: string, times: number, within?: number): void => {
    const stream = replacer(pattern, undefined, within)
    for (let turn = 0; turn < times; turn++) stream.feed(piece)
    stream.end()
  }
  const prose = 'It was the best of times, it was the "worst" of times. '.repeat(1192)

  test.each([/times/g, /"[^"]*"/g, /\bb\w+t\b/gi])('10 MB in pieces of 64 KB: %s', async (pattern) => {
    expect(await costOf(() => feedAll(pattern, prose, 160))).toBeLessThan(4000)
  })

  test.each<[name: string, pattern: RegExp, piece: string, times: number]>([
    ['one by one', /foo/g, 'f', 200_000],
    ['one by one, a match that never ends', /"[^"]*"/g, '"x', 20_000],
    ['a beginning everywhere', /a+b/g, 'a'.repeat(65_536), 20],
    ['a quote that is never closed', /"[^"]*"/g, `"${'x'.repeat(65_535)}`, 20],
  ])('%s', async (_, pattern, piece, times) => {
    // The last bytes are searched as the language searches them, which takes the square of the bound here.
    expect(await costOf(() => feedAll(pattern, piece, times, 4096))).toBeLessThan(4000)
  })
})
