import type { MenuItemConstructorOptions } from 'electron'
import { expect, test } from 'vitest'
import { menuItems } from '../contract/contract.ts'
import { menuTemplate, type Looks } from './menu.ts'

const chosen: string[] = []
const actions = {
  start: () => undefined,
  stop: () => undefined,
  openWindow: () => undefined,
  choose: (item: string) => void chosen.push(item),
}
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
  expect(roles({ platform: 'darwin' })).toEqual(expect.arrayContaining(['about', 'services', 'hide', 'quit']))
  // On a Mac the about box and the settings are under the app's name, elsewhere under Help and File.
  const [own] = menuTemplate({ ...looks, platform: 'darwin' }, actions)
  expect(itemsOf([own!]).map(({ id }) => id)).toContain('settings')
  for (const platform of ['linux', 'win32'] as const) {
    expect(roles({ platform })).toEqual(expect.arrayContaining(['quit', 'about', 'copy', 'windowMenu']))
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

// Clear deleted any number of flows without the question that the page asks.
test('what the page does itself is sent to it, each once in the menu', () => {
  for (const platform of ['darwin', 'linux', 'win32'] as const) {
    const ours = items({ platform }).filter(({ id }) => menuItems.some((item) => item === id))
    expect(ours.map(({ id }) => id).sort()).toEqual([...menuItems].sort())
    chosen.length = 0
    for (const { click } of ours) (click as () => void)()
    expect([...chosen].sort()).toEqual([...menuItems].sort())
    expect(ours.find(({ id }) => id === 'settings')?.accelerator).toBe('CmdOrCtrl+,')
    expect(ours.find(({ id }) => id === 'find')?.accelerator).toBe('CmdOrCtrl+F')
  }
})
