import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../testing/cuts.ts'
import { testHost, testLibrary } from '../testing/host.ts'
import { shown } from './shown.ts'

class Point {
  x = 1
}
const circular: Record<string, unknown> = { a: 1 }
circular['self'] = circular

describe('log', () => {
  test('all values go to the console pane as one text', () => {
    const host = testHost()
    testLibrary(host).log('chunk', 5, { a: ['b'] })
    expect(host.logged).toEqual(['chunk 5 {a: ["b"]}'])
  })

  test.each<[value: unknown, text: string]>([
    ['text as it is\n', 'text as it is\n'],
    [undefined, 'undefined'],
    [null, 'null'],
    [-0, '0'],
    [10n, '10n'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 1, '[function]'],
    [[1, 'a', [null]], '[1, "a", [null]]'],
    [{ 'a b': 1, $c: undefined }, '{"a b": 1, $c: undefined}'],
    [new Point(), '{x: 1}'],
    [new Map([['a', { b: 1 }]]), 'Map{"a" => {b: 1}}'],
    [new Set([1]), '[1]'],
    [/a/g, '/a/g'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'Invalid Date'],
    [Promise.resolve(), '[promise]'],
    [circular, '{a: 1, self: [circular]}'],
    [[[[[[1]]]]], '[[[[[…]]]]]'],
    [utf8('hi\n'), '3 bytes "hi\\n"'],
    [utf8('é'), '2 bytes c3 a9'],
    [new Uint8Array(0), '0 bytes'],
    [Uint8Array.of(7), '1 byte 07'],
    [Float64Array.of(1.5), '[1.5]'],
    [Object.create(null), '{}'],
  ])('%# %s', (value, text) => {
    expect(shown([value])).toBe(text)
  })

  test('a field that cannot be read', () => {
    const bad = {
      get field(): never {
        throw new Error('no')
      },
      other: 1,
    }
    expect(shown([bad])).toBe('{field: [cannot be shown], other: 1}')
  })

  test('an error with its stack', () => {
    expect(shown([new TypeError('why')])).toMatch(/^TypeError: why\n {4}at /)
  })

  test('any value is shown, bounded, and nothing is thrown', () => {
    fc.assert(
      fc.property(
        fc.array(fc.anything({ withTypedArray: true, withMap: true, withSet: true, withBigInt: true })),
        (values) => {
          expect(shown(values).length).toBeLessThanOrEqual(10_000)
        },
      ),
    )
    for (const large of ['x'.repeat(1e6), Array.from({ length: 1e5 }, () => 'x'.repeat(200)), new Uint8Array(1e6)]) {
      expect(shown([large, large]).length).toBeLessThanOrEqual(10_000)
    }
    expect(shown(['x'.repeat(1e6)]).endsWith('…')).toBe(true)
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    expect(shown([revoked.proxy])).toBe('[cannot be shown]')
  })
})
