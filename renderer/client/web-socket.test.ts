import { expect, test } from 'vitest'
import { takeToken } from './web-socket.ts'

function tab(hash: string, kept: Record<string, string> = {}) {
  const shown: unknown[] = []
  const sessionStorage = {
    getItem: (name: string) => kept[name] ?? null,
    setItem: (name: string, value: string) => void (kept[name] = value),
  }
  const history = { replaceState: (_: unknown, __: string, url?: string | URL | null) => void shown.push(url) }
  return { kept, shown, location: { hash, pathname: '/', search: '?a' }, history, sessionStorage }
}

test('the token leaves the address bar and stays with the tab', () => {
  const first = tab('#token=ab_C-9')
  expect(takeToken(first)).toBe('ab_C-9')
  expect(first.shown).toEqual(['/?a'])
  expect(takeToken(tab('', first.kept))).toBe('ab_C-9')
})

test('a new one replaces the old; anything else in the address is left alone', () => {
  const kept = { 'spillway.token': 'old' }
  expect(takeToken(tab('#token=new', kept))).toBe('new')
  const other = tab('#token=<script>')
  expect(takeToken(other)).toBeUndefined()
  expect(other.shown).toEqual([])
})
