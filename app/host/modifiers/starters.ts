/** The modifiers that come with the app, to begin from: files of assets/modifiers, in the order of their names. */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Output } from '../../contract/contract.ts'
import { isModifierName } from './files/file-names.ts'

type Starters = Output<'modifiers.starters'>

/** Beside us in the bundle, in assets/ when run from source. */
const places = ['../starters', '../../../assets/modifiers'].map((place) => resolve(import.meta.dirname, place))

let read: Promise<Starters> | undefined

/** Read once; empty when there are none. */
export function starters(): Promise<Starters> {
  return (read ??= readFrom(places))
}

async function readFrom(folders: readonly string[]): Promise<Starters> {
  for (const folder of folders) {
    // Only one of them is there: beside the sources, or beside the built program.
    const names = await readdir(folder).catch(() => [])
    const own = names.filter(isModifierName).sort()
    if (own.length === 0) continue
    return Promise.all(
      own.map(async (name) => {
        const source = await readFile(join(folder, name), 'utf8')
        return { name, summary: summaryOf(source), source }
      }),
    )
  }
  return []
}

/** The first sentence of the comment at the top. */
export function summaryOf(source: string): string {
  const comment = /^\s*(?:\/\*\*?([\s\S]*?)\*\/|((?:\/\/.*\n?)+))/.exec(source)
  const text = (comment?.[1] ?? comment?.[2] ?? '').replace(/^[ \t]*(?:\*|\/\/)[ \t]?/gm, '')
  const plain = text.replace(/\s+/g, ' ').trim()
  return /^.*?[.!?](?= |$)/.exec(plain)?.[0] ?? plain
}
