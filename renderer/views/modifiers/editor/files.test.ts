import { history, redo, undo } from '@codemirror/commands'
import { EditorState } from '@codemirror/state'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { Drafts } from './drafts.ts'
import { difference, Files } from './files.ts'

/** The disk, as far as it answers at once. */
let disk: Record<string, string>
let files: Files
/** Answers of the host wait until they are let go. */
let hold: Promise<void> | undefined

beforeEach(() => {
  disk = { a: 'one', b: 'two' }
  hold = undefined
  files = new Files({
    source: (id) => {
      const source = disk[id]
      return Promise.resolve(
        source === undefined
          ? { ok: false, fault: { code: 'GONE', message: 'The file is gone.' } }
          : { ok: true, value: { source } },
      )
    },
    save: async (id, source) => {
      await hold
      disk[id] = source
      return { ok: true, value: {} }
    },
    state: (doc) => EditorState.create({ doc, extensions: [history()] }),
  })
})

const row = (id: string, changedAt = 1): ModifierRow => ({ id, name: `${id}.ts`, changedAt }) as ModifierRow // what Files looks at

const text = (id: string): string => files.get(id)!.state.doc.toString()
function type(id: string, insert: string): void {
  const { state } = files.get(id)!
  files.changed(id, state.update({ changes: { from: state.doc.length, insert }, userEvent: 'input' }).state)
}
function command(id: string, run: typeof undo): boolean {
  return run({ state: files.get(id)!.state, dispatch: ({ state }) => files.changed(id, state) })
}
/** What was asked of the disk has been answered. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

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
    hold = new Promise((resolve) => (release = resolve))
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
    before.note('a', 'one, unsaved')
    before.keep()
    await files.open(row('a'), new Drafts(storage).of('a'))
    expect([text('a'), files.factsOf('a').unsaved]).toEqual(['one, unsaved', true])
    command('a', undo)
    expect(text('a')).toBe('one')
  })

  test('saved, there is none; and what somebody else has put there is no draft', () => {
    const storage = memory()
    const drafts = new Drafts(storage)
    drafts.note('a', 'x')
    drafts.note('a', undefined)
    drafts.keep()
    expect(new Drafts(storage).of('a')).toBeUndefined()
    for (const odd of ['{', '7', '[7]', '[["a"]]', '[["a",7]]']) {
      storage.setItem('spillway.modifier-drafts', odd)
      expect(new Drafts(storage).of('a')).toBeUndefined()
    }
  })
})

test.each([
  ['abc', 'abc', { from: 3, to: 3, text: '' }],
  ['abc', 'aXc', { from: 1, to: 2, text: 'X' }],
  ['aa', 'aaa', { from: 2, to: 2, text: 'a' }],
  ['', 'x', { from: 0, to: 0, text: 'x' }],
  ['xyz', '', { from: 0, to: 3, text: '' }],
])('from %j to %j', (before, after, expected) => expect(difference(before, after)).toEqual(expected))
