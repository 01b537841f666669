import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

test.each([
  ['500', 500],
  ['500ms', 500],
  ['2s', 2000],
  ['2 s', 2000],
  ['1.5S', 1500],
  ['1.005s', 1005],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
  ['0', 0],
  [' 20ms ', 20],
])('%s is %i ms', (text, value) => {
  expect(parseDuration(text)).toEqual({ ok: true, value })
})

test.each(['', 'half a second', '-1', '1d', '1s 500ms', '0.5ms', '.5s', '1e3', 'NaN', '9'.repeat(30), '٣s'])(
  '%j is refused with a sentence that names it',
  (text) => {
    const parsed = parseDuration(text)
    expect(parsed).toMatchObject({ ok: false })
    expect(parsed.ok ? '' : parsed.message).toContain(`"${text}"`)
  },
)

test('what is written is read back as the same time', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), (ms) => {
      expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, value: ms })
    }),
  )
  expect([0, 500, 2000, 90_000, 3_600_000, 1234].map(formatDuration)).toEqual([
    '0',
    '500ms',
    '2s',
    '1.5m',
    '1h',
    '1234ms',
  ])
})
