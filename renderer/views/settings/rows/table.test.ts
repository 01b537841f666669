import { expect, test } from 'vitest'
import { checkSettings } from '../../../../app/contract/settings.ts'
import { optionsIn, type Option } from '../../../../app/contract/options.ts'
import { parseTexts } from '../../../../app/contract/texts.ts'
import { readText } from '../fields/written.ts'
import { differs, hidden, rows, same, sections } from './table.ts'

test('every option of the file has its place in the panel, or is named as one that has none', () => {
  const shown = sections.flatMap((section) => section.rows.map(({ key }) => key))
  expect([...shown, ...hidden].sort()).toEqual(
    optionsIn('file')
      .map(([key]) => key)
      .sort(),
  )
  expect(new Set(shown).size).toBe(shown.length)
  for (const { rows: inside } of sections) expect(inside).not.toEqual([])
})

test('every row says in one line what it is, and what holds without it', () => {
  for (const { key, text, help, usual } of rows) {
    expect(text.title, key).toMatch(/^[A-Z].*[^.]$/)
    expect(help, key).toMatch(/^[A-Z].*\.$/)
    expect(help, key).not.toMatch(/Default|Repeatable/)
    expect(usual, key).not.toBe('')
  }
})

const isList = (option: Option): boolean => {
  const nothing = parseTexts(option, [])
  return nothing.ok && Array.isArray(nothing.value)
}

test('every example is a value the host takes', () => {
  for (const { key, text, option } of rows) {
    for (const example of text.examples ?? []) {
      if (isList(option)) {
        expect(checkSettings({ [key]: [example] }), key).toMatchObject({ success: true })
      } else expect(readText(key, example), `${key}: ${example}`).toMatchObject({ ok: true })
    }
    for (const choice of Object.keys(text.choices ?? {})) expect(option.choices, key).toContain(choice)
  }
})

test('what differs from the default is known', () => {
  expect(differs('holdMs', undefined)).toBe(false)
  expect(differs('holdMs', 500)).toBe(false)
  expect(differs('holdMs', 0)).toBe(true)
  expect(differs('stream', 0)).toBe(true)
  expect(differs('insecure', false)).toBe(false)
  expect(differs('insecure', true)).toBe(true)
  expect(differs('liveTypes', false)).toBe(true)
  expect(differs('rules', [])).toBe(false)
  expect(differs('rules', [{ delivery: 'stream' }])).toBe(true)
  expect(differs('listen', { host: '127.0.0.1' })).toBe(false)
  expect(differs('listen', { host: '127.0.0.1', port: 8080 })).toBe(true)
})

test('values are compared by what they say', () => {
  expect(same([{ a: 1 }], [{ a: 1, b: undefined }])).toBe(true)
  expect(same([1, 2], [2, 1])).toBe(false)
  expect(same({}, [])).toBe(false)
  expect(same(null, undefined)).toBe(false)
})
