import { redo, undo } from '@codemirror/commands'
import { beforeEach, describe, expect, test } from 'vitest'
import { difference } from './difference.ts'
import type { Files } from './files.ts'
import { Desk, row } from './testing/desk.ts'

let desk: Desk
let files: Files
let disk: Desk['disk']
beforeEach(() => {
  desk = new Desk()
  ;({ files, disk } = desk)
})

/** What was asked of the disk has been answered. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

const text = (id: string): string => desk.text(id)
const type = (id: string, insert: string): void => desk.type(id, insert)
const command = (id: string, run: typeof undo): boolean => desk.command(id, run)

describe('each file for itself', () => {
  test('its text and its history, while others are looked at', async () => {
    await Promise.all([files.open(row('a')), files.open(row('b'))])
    type('a', ' more')
    type('b', '!')
    expect([text('a'), text('b')]).toEqual(['one more', 'two!'])
    command('a', undo)
    expect([text('a'), text('b')]).toEqual(['one', 'two!'])
    command('a', redo)
    command('b', undo)
    expect([text('a'), text('b')]).toEqual(['one more', 'two'])
  })

  test('who waits for it hears when it is there, or when it cannot be read, or gives up', async () => {
    const never = new AbortController().signal
    let read = false
    const waiting = files.whenRead('a', never).then(() => (read = true))
    await settled()
    expect(read).toBe(false)
    await files.open(row('a'))
    await waiting
    await files.whenRead('a', never)
    const given = new AbortController()
    const other = files.whenRead('b', given.signal)
    given.abort()
    await other
  })

  test('opening again changes nothing', async () => {
    await files.open(row('a'))
    type('a', ' more')
    await files.open(row('a'))
    expect(text('a')).toBe('one more')
  })

  test('unsaved is what differs from the disk, not what was touched', async () => {
    await files.open(row('a'))
    expect(files.factsOf('a').unsaved).toBe(false)
    type('a', '!')
    expect(files.factsOf('a').unsaved).toBe(true)
    command('a', undo)
    expect(files.factsOf('a').unsaved).toBe(false)
  })

  test('one that cannot be read says why', async () => {
    await files.open(row('gone'))
    expect(files.factsOf('gone')).toMatchObject({ status: 'failed', fault: { code: 'GONE' } })
  })
})

describe('saving', () => {
  test('writes what was there when it began; what is typed meanwhile stays unsaved', async () => {
    await files.open(row('a'))
    type('a', '!')
    let release = (): void => undefined
    desk.hold = new Promise((resolve) => (release = resolve))
    const saved = files.save('a')
    type('a', '?')
    expect(await files.save('a')).toBeUndefined()
    release()
    expect((await saved)?.ok).toBe(true)
    expect(disk['a']).toBe('one!')
    expect(files.factsOf('a')).toMatchObject({ unsaved: true, saving: false })
  })

  test('undo goes back behind it', async () => {
    await files.open(row('a'))
    type('a', '!')
    await files.save('a')
    expect(files.factsOf('a').unsaved).toBe(false)
    command('a', undo)
    expect([text('a'), files.factsOf('a').unsaved]).toEqual(['one', true])
  })
})

describe('changed outside', () => {
  async function changeOutside(source: string, changedAt: number): Promise<void> {
    disk['a'] = source
    files.told([row('a', changedAt), row('b')])
    await settled()
  }

  test('without changes here it is taken, and can be taken back', async () => {
    await files.open(row('a'))
    await changeOutside('other', 2)
    expect([text('a'), files.factsOf('a').unsaved]).toEqual(['other', false])
    command('a', undo)
    expect(text('a')).toBe('one')
  })

  test('with changes here its user chooses: the file', async () => {
    await files.open(row('a'))
    type('a', ' mine')
    await changeOutside('other', 2)
    expect([text('a'), files.factsOf('a').changedOutside]).toEqual(['one mine', true])
    expect(await files.save('a')).toBeUndefined()
    expect(disk['a']).toBe('other')
    files.takeOutside('a')
    expect([text('a'), files.factsOf('a').unsaved, files.factsOf('a').changedOutside]).toEqual(['other', false, false])
    command('a', undo)
    expect(text('a')).toBe('one mine')
  })

  test('or ours, which saving then writes over it', async () => {
    await files.open(row('a'))
    type('a', ' mine')
    await changeOutside('other', 2)
    files.keepOurs('a')
    expect(files.factsOf('a')).toMatchObject({ changedOutside: false, unsaved: true })
    await files.save('a')
    expect(disk['a']).toBe('one mine')
  })

  test('our own saving is no change from outside', async () => {
    await files.open(row('a'))
    type('a', '!')
    await files.save('a')
    type('a', '?')
    files.told([row('a', 2), row('b')])
    await settled()
    expect([text('a'), files.factsOf('a').changedOutside]).toEqual(['one!?', false])
  })
})

describe('names and ends', () => {
  test('renamed, it keeps its text and its history', async () => {
    await files.open(row('a'))
    type('a', '!')
    files.renamed('a', 'c', 'c.ts')
    expect([text('c'), files.factsOf('c').unsaved]).toEqual(['one!', true])
    command('c', undo)
    expect(text('c')).toBe('one')
    expect(files.get('a')).toBeUndefined()
  })

  test('also when the list tells of the new name before the answer comes', async () => {
    await files.open(row('a'))
    type('a', '!')
    const release = files.renaming('a')
    files.told([row('c'), row('b')])
    release()
    files.renamed('a', 'c', 'c.ts')
    expect(text('c')).toBe('one!')
  })

  test('one that is not in the list any more is forgotten', async () => {
    await files.open(row('a'))
    files.told([row('b')])
    expect(files.get('a')).toBeUndefined()
  })
})

test.each([
  ['abc', 'abc', { from: 3, to: 3, text: '' }],
  ['abc', 'aXc', { from: 1, to: 2, text: 'X' }],
  ['aa', 'aaa', { from: 2, to: 2, text: 'a' }],
  ['', 'x', { from: 0, to: 0, text: 'x' }],
  ['xyz', '', { from: 0, to: 3, text: '' }],
])('from %j to %j', (before, after, expected) => expect(difference(before, after)).toEqual(expected))
