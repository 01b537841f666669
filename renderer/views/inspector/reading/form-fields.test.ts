import { describe, expect, test } from 'vitest'
import { multipartForm, urlencodedForm } from './form-fields.ts'

const pairs = (text: string): [string, string][] =>
  urlencodedForm(Buffer.from(text)).fields.map(({ name, value }) => [name, value])

describe('urlencoded', () => {
  test('order, duplicates, plus, percent and fields without value', () => {
    expect(pairs('a=1&b=x+y&a=%E6%B0%B4&flag&=only&c=a=b\n')).toEqual([
      ['a', '1'],
      ['b', 'x y'],
      ['a', '水'],
      ['flag', ''],
      ['', 'only'],
      ['c', 'a=b'],
    ])
  })
  test('what is encoded wrongly stays as it came', () =>
    expect(pairs('a=%zz&b=%')).toEqual([
      ['a', '%zz'],
      ['b', '%'],
    ]))
  test('bounded: the rest is counted', () => {
    const { fields, more } = urlencodedForm(Buffer.from('a=1&'.repeat(1200)))
    expect([fields.length, more]).toEqual([1000, 200])
  })
})

const body = Buffer.from(
  [
    'preamble is not shown',
    '--xyz',
    'Content-Disposition: form-data; name="text"',
    '',
    'two\r\nlines',
    '--xyz',
    'content-disposition: form-data; name="file"; filename="a \\"b\\".png"',
    'Content-Type: image/png',
    '',
    '\x89PNG',
    '--xyz--',
    '',
  ].join('\r\n'),
  'latin1',
)

describe('multipart', () => {
  test('texts with their value, files with name, type and size', () => {
    expect(multipartForm(body, 'multipart/form-data; boundary=xyz')).toEqual({
      fields: [
        { name: 'text', value: 'two\r\nlines', file: undefined, type: undefined, bytes: 10 },
        { name: 'file', value: '', file: 'a "b".png', type: 'image/png', bytes: 4 },
      ],
      more: 0,
      problem: undefined,
    })
  })

  test('cut within a part: what is there is listed, and that it is cut', () => {
    const { fields, problem } = multipartForm(body.subarray(0, 100), 'multipart/form-data; boundary="xyz"')
    expect(fields[0]?.name).toBe('text')
    expect(problem).toMatch(/cut/)
  })

  test('without boundary, or with another', () => {
    expect(multipartForm(body, 'multipart/form-data').problem).toMatch(/names no boundary/)
    expect(multipartForm(body, 'multipart/form-data; boundary=abc').problem).toMatch(/does not occur/)
  })

  test('at every cut it ends and never lists what is not there', () => {
    for (let cut = 0; cut <= body.length; cut++) {
      expect(multipartForm(body.subarray(0, cut), 'multipart/form-data; boundary=xyz').fields.length).toBeLessThan(4)
    }
  })
})
