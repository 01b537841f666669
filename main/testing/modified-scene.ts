/** A scene whose responses modifiers have, and the modifiers that most tests want. */
import type { Settings } from '../model/settings.ts'
import { InProcessModifiers, type InProcess, type InProcessModifier, type Snippet } from './in-process-modifier.ts'
import { openScene, type Scene, type SceneOptions } from './scene.ts'

/** `modifiers`: those that are set, which tests may look at; `modifier`: the first of them. */
export type ModifiedScene = Scene & { modifiers: InProcessModifiers; modifier: InProcessModifier }

export async function openModified(
  set: InProcess | InProcess[],
  wanted: Partial<Settings> = {},
  options: SceneOptions = {},
): Promise<ModifiedScene> {
  const modifiers = new InProcessModifiers(...[set].flat())
  const scene = await openScene(wanted, { ...options, modifiers })
  return Object.assign(scene, { modifiers, modifier: modifiers.list[0]! })
}

/** Yields what it is handed. */
export const identity: Snippet = (chunks) => chunks

/** Yields each chunk in capitals. */
export const upper: Snippet = async function* (chunks) {
  for await (const bytes of chunks) yield bytes.toString('latin1').toUpperCase()
}

/** Remembers the chunks that pass. */
export function noting(): { seen: string[]; body: Snippet } {
  const seen: string[] = []
  async function* body(chunks: AsyncIterable<Buffer>) {
    for await (const bytes of chunks) {
      seen.push(bytes.toString('latin1'))
      yield bytes
    }
  }
  return { seen, body }
}
