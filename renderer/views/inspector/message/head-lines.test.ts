import { describe, expect, test } from 'vitest'
import { fieldValue, headLines, isEdited, matchingFields, sentValue, trailerFields } from './head-lines.ts'

const head = 'GET http://a.example/x HTTP/1.1\r\nHost: a.example\r\nX-One:1\r\nConnection:  close \r\nx-one: 2\r\n'

describe('head lines', () => {
  test('wire order, case and duplicates are kept', () => {
    const { startLine, fields, sentStartLine } = headLines(head)
    expect(startLine).toBe('GET http://a.example/x HTTP/1.1')
    expect(sentStartLine).toBeUndefined()
    expect(fields.map(({ name, value }) => [name, value])).toEqual([
      ['Host', 'a.example'],
      ['X-One', '1'],
      ['Connection', 'close'],
      ['x-one', '2'],
    ])
    expect(isEdited(headLines(head))).toBe(false)
  })

  test('dropped and added fields are told apart by position, not by name', () => {
    const lines = headLines(head, { startLine: 'GET /x HTTP/1.1', drop: [1, 2], add: [['Host', 'b.example']] })
    expect(lines.fields.map(({ name, fate }) => [name, fate])).toEqual([
      ['Host', 'sent'],
      ['X-One', 'dropped'],
      ['Connection', 'dropped'],
      ['x-one', 'sent'],
      ['Host', 'added'],
    ])
    expect(lines.sentStartLine).toBe('GET /x HTTP/1.1')
    expect(isEdited(lines)).toBe(true)
  })

  test('values with colons, empty values and lines that are no fields are all there', () => {
    const { fields } = headLines('HTTP/1.1 200\r\nA: b:c\r\nEmpty:\r\nno field\r\n')
    expect(fields).toEqual([
      { name: 'A', value: 'b:c', fate: 'sent' },
      { name: 'Empty', value: '', fate: 'sent' },
      { name: 'no field', value: '', fate: 'sent' },
    ])
  })

  test('an empty head (a tunnel) has no lines', () => {
    expect(headLines('')).toEqual({ startLine: '', sentStartLine: undefined, fields: [] })
  })

  test('a field of 256 KiB is cut out in no time', () => {
    const began = performance.now()
    const { fields } = headLines(`GET / HTTP/1.1\r\nCookie: ${' x'.repeat(131_072)}\r\n`)
    expect(fields[0]?.value).toHaveLength(262_143)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})

test('trailers have no start line', () => {
  expect(trailerFields('Grpc-Status: 0\r\n')).toEqual([{ name: 'Grpc-Status', value: '0', fate: 'sent' }])
  expect(trailerFields('')).toEqual([])
})

test('search looks into names and values', () => {
  const { fields } = headLines(head)
  expect(matchingFields(fields, ' x-ONE ').map(({ value }) => value)).toEqual(['1', '2'])
  expect(matchingFields(fields, 'close').map(({ name }) => name)).toEqual(['Connection'])
  expect(matchingFields(fields, 'one: 2')).toHaveLength(1)
  expect(matchingFields(fields, '')).toHaveLength(4)
})

test('the first field of a name', () => {
  expect(fieldValue(head, 'x-one')).toBe('1')
  expect(fieldValue(head, 'missing')).toBeUndefined()
})

test('the first field of a name as it was passed on', () => {
  const edit = { drop: [0], add: [['X-Three', '3'] as [string, string]] }
  expect(sentValue('A\r\nX-One: 1\r\nX-One: 2\r\n\r\n', edit, 'x-one')).toBe('2')
  expect(sentValue('A\r\nX-One: 1\r\n\r\n', edit, 'x-one')).toBeUndefined()
  expect(sentValue('A\r\nX-One: 1\r\n\r\n', edit, 'x-three')).toBe('3')
  expect(sentValue('A\r\nX-One: 1\r\n\r\n', undefined, 'x-one')).toBe('1')
})
