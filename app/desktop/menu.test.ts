import type { MenuItemConstructorOptions } from 'electron'
import { expect, test } from 'vitest'
import { menuTemplate, type Looks } from './menu.ts'

const actions = { start: () => undefined, stop: () => undefined, clear: () => undefined, openWindow: () => undefined }
const looks: Looks = { platform: 'linux', capture: 'stopped', packaged: true }

const itemsOf = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])])
const items = (more: Partial<Looks>) => itemsOf(menuTemplate({ ...looks, ...more }, actions))
const roles = (more: Partial<Looks>) => items(more).flatMap(({ role }) => (role === undefined ? [] : [role]))

test.each([
  ['stopped', true, false],
  ['stopping', true, false],
  ['starting', false, true],
  ['capturing', false, true],
] as const)('while %s one can start: %s, stop: %s', (capture, start, stop) => {
  const enabled = (id: string) => items({ capture }).find((item) => item.id === id)?.enabled
  expect([enabled('start'), enabled('stop')]).toEqual([start, stop])
})

test('each system has its own way to quit and to the about box', () => {
  expect(roles({ platform: 'darwin' })).toContain('appMenu')
  expect(roles({ platform: 'darwin' })).not.toContain('about')
  for (const platform of ['linux', 'win32'] as const) {
    expect(roles({ platform })).toEqual(expect.arrayContaining(['quit', 'about', 'editMenu', 'windowMenu']))
  }
})

test('developer tools are not for users', () => {
  expect(roles({ packaged: true })).not.toContain('toggleDevTools')
  expect(roles({ packaged: false })).toContain('toggleDevTools')
})

test('no accelerator means two things', () => {
  for (const platform of ['darwin', 'linux'] as const) {
    const keys = items({ platform }).flatMap(({ accelerator }) => (accelerator === undefined ? [] : [accelerator]))
    expect(new Set(keys).size).toBe(keys.length)
  }
})
