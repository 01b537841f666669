/** What is written and not saved, beyond the window in which it was written and beyond its file. */
import { undo } from '@codemirror/commands'
import { beforeEach, describe, expect, test } from 'vitest'
import { Drafts, type Draft } from './drafts.ts'
import type { Files } from './files.ts'
import { printOf } from './print.ts'
import { Desk, row } from './testing/desk.ts'

let desk: Desk
let files: Files
let disk: Desk['disk']
let kept: Desk['kept']
beforeEach(() => {
  desk = new Desk()
  ;({ files, disk, kept } = desk)
})

/** What was asked of the disk has been answered. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

const text = (id: string): string => desk.text(id)
const type = (id: string, insert: string): void => desk.type(id, insert)
const command = (id: string, run: typeof undo): boolean => desk.command(id, run)

describe('drafts survive the window', () => {
  const memory = () => {
    const kept = new Map<string, string>()
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    }
  }

  test('what is not saved is put over what is read, and can be taken back', async () => {
    const storage = memory()
    const before = new Drafts(storage)
    before.note('a', { text: 'one, unsaved', on: printOf('one') })
    before.keep()
    await files.open(row('a'), new Drafts(storage).of('a'))
    expect([text('a'), files.factsOf('a').unsaved]).toEqual(['one, unsaved', true])
    command('a', undo)
    expect(text('a')).toBe('one')
  })

  test('saved, there is none; and what somebody else has put there is no draft', () => {
    const storage = memory()
    const drafts = new Drafts(storage)
    drafts.note('a', { text: 'x', on: undefined })
    drafts.note('a', undefined)
    drafts.keep()
    expect(new Drafts(storage).of('a')).toBeUndefined()
    for (const odd of ['{', '7', '[7]', '[["a"]]', '[["a","x"]]', '[["a","x",7]]']) {
      storage.setItem('spillway.modifier-drafts', odd)
      expect(new Drafts(storage).of('a')).toBeUndefined()
    }
  })
})

/**
 * Somebody wrote in the editor and did not save, the window was loaded anew, and another program wrote the file: the
 * draft was shown as if it had begun with the other's text, and saving wrote over it unseen.
 */
describe('a draft knows what it began with', () => {
  const draft = (text: string, on: string): void => void (kept['a'] = { text, on: printOf(on) })

  test('the file is another one since: its user chooses, and nothing is written before', async () => {
    draft('one mine', 'one')
    disk['a'] = 'other'
    await files.open(row('a', 2))
    expect(files.factsOf('a')).toMatchObject({ changedOutside: true, unsaved: true })
    expect(await files.save('a')).toBeUndefined()
    expect([text('a'), disk['a']]).toEqual(['one mine', 'other'])
    files.takeOutside('a')
    expect([text('a'), files.factsOf('a').unsaved, files.factsOf('a').changedOutside]).toEqual(['other', false, false])
    command('a', undo)
    expect(text('a')).toBe('one mine')
  })

  test('who does not choose is asked again after the next reload, who chose is not', async () => {
    draft('one mine', 'one')
    disk['a'] = 'other'
    await files.open(row('a', 2))
    type('a', '!')
    expect(files.draftOf('a')).toEqual({ text: 'one mine!', on: printOf('one') })
    files.keepOurs('a')
    expect(files.draftOf('a')).toEqual({ text: 'one mine!', on: printOf('other') })
    await files.save('a')
    expect([disk['a'], files.draftOf('a')]).toEqual(['one mine!', undefined])
  })

  test('one of which nobody knows the beginning asks, too', async () => {
    kept['a'] = { text: 'mine', on: undefined }
    await files.open(row('a'))
    expect(files.factsOf('a').changedOutside).toBe(true)
  })

  test('others have made the same of the file: nothing to choose', async () => {
    draft('other', 'one')
    disk['a'] = 'other'
    await files.open(row('a', 2))
    expect(files.factsOf('a')).toMatchObject({ changedOutside: false, unsaved: false })
  })

  test('the file is gone: the draft is there, and is written again', async () => {
    draft('one mine', 'one')
    delete disk['a']
    await files.open({ ...row('a'), changedAt: undefined })
    expect([text('a'), files.factsOf('a').missing, files.factsOf('a').unsaved]).toEqual(['one mine', 'gone', true])
    await files.save('a')
    expect([disk['a'], files.factsOf('a').missing, files.factsOf('a').unsaved]).toEqual(['one mine', undefined, false])
  })

  test('the file was gone and is back: as it was, or as another one', async () => {
    draft('one mine', 'one')
    delete disk['a']
    await files.open({ ...row('a'), changedAt: undefined })
    disk['a'] = 'one'
    files.told([row('a', 2)])
    await settled()
    expect(files.factsOf('a')).toMatchObject({ missing: undefined, changedOutside: false, unsaved: true })
    disk['a'] = 'other'
    files.told([row('a', 3)])
    await settled()
    expect(files.factsOf('a')).toMatchObject({ changedOutside: true, unsaved: true })
  })

  test('what cannot be read is not written over without being asked for', async () => {
    draft('one mine', 'one')
    delete disk['a']
    await files.open(row('a'))
    expect(files.factsOf('a')).toMatchObject({ missing: 'unreadable', fault: { code: 'GONE' } })
    expect([await files.save('a'), disk['a']]).toEqual([undefined, undefined])
    await files.writeAgain('a')
    expect(disk['a']).toBe('one mine')
  })
})

describe('gone while it is open', () => {
  const gone = async (): Promise<void> => {
    delete disk['a']
    files.told([{ ...row('a'), changedAt: undefined }, row('b')])
    await settled()
  }

  test('its text is all there is: not saved, and kept over a reload', async () => {
    await files.open(row('a'))
    await gone()
    expect(files.factsOf('a')).toMatchObject({ missing: 'gone', unsaved: true })
    expect(files.draftOf('a')).toEqual({ text: 'one', on: printOf('one') })
    await files.save('a')
    expect([disk['a'], files.factsOf('a').unsaved]).toEqual(['one', false])
  })

  test('back as another one, with nothing written here: it is taken, also by the next window', async () => {
    await files.open(row('a'))
    await gone()
    kept['a'] = files.draftOf('a')!
    disk['a'] = 'other'
    files.told([row('a', 2), row('b')])
    await settled()
    expect([text('a'), files.factsOf('a').changedOutside]).toEqual(['other', false])
    files.forget('a')
    await files.open(row('a', 2))
    expect([text('a'), files.factsOf('a').unsaved]).toEqual(['other', false])
  })

  test('off the list: what was not saved is still known, and not when it was removed here', async () => {
    const drafts = new Map<string, Draft | undefined>()
    files.onText((id, unsaved) => drafts.set(id, unsaved))
    await files.open(row('a'))
    type('a', '!')
    files.told([row('b')])
    expect(drafts.get('a')?.text).toBe('one!')
    files.forget('a')
    expect(drafts.get('a')).toBeUndefined()
  })
})
