import { expect, test, vi } from 'vitest'
import { CheckedFiles } from './checked-files.ts'

const fault = { code: 'MODIFIER_BROKEN', message: 'no', file: '/a.ts', line: 1, column: 1 } as const

/** The disk, and how often it was looked at. */
function checkedOf(disk: Record<string, string>) {
  const check = vi.fn((source: string) =>
    Promise.resolve(
      source === 'bad' ? { failures: [fault], match: undefined } : { failures: [], match: { path: source } },
    ),
  )
  const read = (file: string): Promise<string> =>
    disk[file] === undefined ? Promise.reject(new Error('gone')) : Promise.resolve(disk[file])
  const onNews = vi.fn()
  return { files: new CheckedFiles(check, read, onNews), check, onNews }
}

test('a file is looked at once for each change of it, and told when it is known', async () => {
  const disk = { '/a.ts': '/x' }
  const { files, check, onNews } = checkedOf(disk)
  expect(files.of('/a.ts', 1)).toBeUndefined()
  expect(files.of('/a.ts', 1)).toBeUndefined()
  await vi.waitFor(() => expect(onNews).toHaveBeenCalledTimes(1))
  expect(files.of('/a.ts', 1)).toEqual({ problem: undefined, match: { path: '/x' } })
  disk['/a.ts'] = 'bad'
  // Until the new text is known, what is known of the old one is told.
  expect(files.of('/a.ts', 2)?.match).toEqual({ path: '/x' })
  await vi.waitFor(() => expect(files.of('/a.ts', 2)).toEqual({ problem: fault, match: undefined }))
  expect(check).toHaveBeenCalledTimes(2)
})

test('what was just written is known, and what cannot be read is not', async () => {
  const { files, check, onNews } = checkedOf({})
  files.know('/a.ts', 1, await files.check('/y', '/a.ts'))
  expect(files.of('/a.ts', 1)?.match).toEqual({ path: '/y' })
  expect(check).toHaveBeenCalledTimes(1)
  files.of('/gone.ts', 1)
  await vi.waitFor(() => expect(onNews).toHaveBeenCalled())
  expect(files.of('/gone.ts', 1)).toEqual({ problem: undefined, match: undefined })
})

test('those that have gone are forgotten', async () => {
  const { files } = checkedOf({ '/a.ts': '/x' })
  files.know('/a.ts', 1, await files.check('/y', '/a.ts'))
  files.keep(new Set())
  expect(files.of('/a.ts', 1)).toBeUndefined()
})
