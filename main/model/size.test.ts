import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatSize, parseSize } from './size.ts'

const KiB = 1024

describe('a size', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    ['4096', 4096],
    ['007', 7],
    ['10b', 10],
    ['10B', 10],
    ['1k', KiB],
    ['1K', KiB],
    ['1kb', KiB],
    ['1KB', KiB],
    ['3m', 3 * KiB ** 2],
    ['3M', 3 * KiB ** 2],
    ['3mb', 3 * KiB ** 2],
    ['3Mb', 3 * KiB ** 2],
    // As the window writes it.
    ['3 MB', 3 * KiB ** 2],
    ['1 k', KiB],
    ['1.5g', 1.5 * KiB ** 3],
    ['2GB', 2 * KiB ** 3],
    ['1t', KiB ** 4],
    ['0.5k', 512],
    ['0.0k', 0],
    ['1.9999b', 1],
    ['8191t', 8191 * KiB ** 4],
  ])('%j is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toEqual({ ok: true, value: bytes })
  })

  test.each(
    [
      [
        '',
        '-1',
        '-0',
        '+1',
        '1f',
        'ak',
        'k',
        '1 2',
        ' 1',
        '1 ',
        '1  k',
        '1\tk',
        '1k\n',
        '\n1k',
        'NaN',
        'Infinity',
        '1e3',
        '0x10',
      ],
      [
        '1.',
        '.5',
        '1..5',
        '1.5.5',
        '1,5m',
        '1_000',
        '1bb',
        '1bk',
        '1kib',
        '1mm',
        '١',
        '1٫5m',
        '1k\0',
        'undefined',
        'true',
      ],
    ].flat(),
  )('%j is refused, and the message names it and the accepted form', (text) => {
    const parsed = parseSize(text)
    expect(parsed).toEqual({
      ok: false,
      message: `"${text}" is not a size: write a number and, if you like, one of b, k, m, g, t ("3m", "1.5g", "4096")`,
    })
  })

  test.each(['1.5', '0.5', '3.0'])('%j has no unit, which is more likely a slip than a part of a byte', (text) => {
    expect(parseSize(text)).toMatchObject({
      ok: false,
      message: expect.stringContaining(`"${text}" has no unit`) as string,
    })
  })

  test.each(['8192t', '9007199254740992', '9'.repeat(60), '99999999999999999g'])('%j is too large', (text) => {
    const parsed = parseSize(text)
    expect(parsed.ok).toBe(false)
    expect(!parsed.ok && parsed.message).toContain(`"${text}" is too large`)
  })

  test('any text is a safe whole number of bytes or refused with its name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{0,20}\.?\d{0,5}[bkmgtfBKMGTF]{0,2}$/)), (text) => {
        const parsed = parseSize(text)
        if (parsed.ok) expect(Number.isSafeInteger(parsed.value) && parsed.value >= 0).toBe(true)
        else expect(parsed.message).toContain(`"${text}"`)
      }),
    )
  })
})

describe('a size is written', () => {
  test.each([
    [0, '0'],
    [1, '1b'],
    [1000, '1000b'],
    [1023, '1023b'],
    [1024, '1k'],
    [1536, '1.5k'],
    [1025, '1025b'],
    [3 * KiB ** 2, '3m'],
    [64 * KiB ** 2, '64m'],
    [1.5 * KiB ** 3, '1.5g'],
    [KiB ** 4, '1t'],
  ])('%d as %j', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text)
  })

  test('so that it is read back exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        expect(parseSize(formatSize(bytes))).toEqual({ ok: true, value: bytes })
      }),
    )
    fc.assert(
      fc.property(fc.nat(4_000), fc.constantFrom(1, 256, 1024, KiB ** 2, KiB ** 3), (count, unit) => {
        expect(parseSize(formatSize(count * unit))).toEqual({ ok: true, value: count * unit })
      }),
    )
  })
})
