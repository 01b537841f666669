import { expect, test } from 'vitest'
import { CallError } from '../../../../../app/contract/wire.ts'
import { TextPages } from './text-pages.ts'

const settled = () => new Promise((resolve) => setTimeout(resolve, 1))

function opened(text: string, size: number) {
  const body = Buffer.from(text)
  const reads: number[] = []
  const pages = new TextPages(body.length, 'utf-8', (offset) => {
    reads.push(offset)
    return Promise.resolve({ bytes: body.subarray(offset, offset + size), total: body.length })
  })
  return { pages, reads }
}

async function readThrough(pages: TextPages): Promise<string> {
  let text = ''
  for (let index = 0; index < pages.known; index++) {
    pages.want(index)
    await settled()
    text += pages.text(index) ?? '?'
  }
  return text
}

test('read through, the pages are the text, and lines and characters stay whole', async () => {
  const text = 'Zeile mit Grüßen 🌊\n'.repeat(200)
  const { pages } = opened(text, 100)
  expect(await readThrough(pages)).toBe(text)
})

test('few are kept; a forgotten one is read again from where it began', async () => {
  const text = Array.from({ length: 400 }, (_, line) => `line ${line}\n`).join('')
  const { pages, reads } = opened(text, 100)
  await readThrough(pages)
  expect(pages.text(0)).toBeUndefined()
  expect(pages.text(pages.known - 1)).toBeDefined()
  pages.want(1)
  await settled()
  expect(reads.at(-1)).toBe(reads[1])
  expect(pages.text(1)).toMatch(/^line \d+\n/)
})

test('a body that is shorter than was said ends there', async () => {
  const pages = new TextPages(1000, 'utf-8', (offset) =>
    Promise.resolve({ bytes: Buffer.from('abc').subarray(offset), total: 1000 }),
  )
  expect(await readThrough(pages)).toBe('abc')
})

test('a failure is told, and the page may be wanted again', async () => {
  let broken = true
  const pages = new TextPages(3, 'utf-8', () =>
    broken
      ? Promise.reject(new CallError({ code: 'CLOSED', message: 'It broke.' }))
      : Promise.resolve({ bytes: Buffer.from('abc'), total: 3 }),
  )
  pages.want(0)
  await settled()
  expect(pages.fault).toBe('It broke.')
  broken = false
  pages.want(0)
  await settled()
  expect([pages.fault, pages.text(0)]).toEqual([undefined, 'abc'])
})
