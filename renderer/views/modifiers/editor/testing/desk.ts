/** Files that are open over a disk that answers at once, for tests. */
import { history, type undo } from '@codemirror/commands'
import { EditorState } from '@codemirror/state'
import type { ModifierRow } from '../../../../../app/contract/modifiers.ts'
import type { Draft } from '../drafts.ts'
import { Files } from '../files.ts'

export class Desk {
  readonly disk: Record<string, string> = { a: 'one', b: 'two' }
  /** Of the window that was there before. */
  readonly kept: Record<string, Draft> = {}
  /** Answers to saving wait until it resolves. */
  hold: Promise<void> | undefined
  readonly files = new Files({
    source: (id) => {
      const source = this.disk[id]
      return Promise.resolve(
        source === undefined
          ? { ok: false, fault: { code: 'GONE', message: 'The file is gone.' } }
          : { ok: true, value: { source } },
      )
    },
    save: async (id, source) => {
      await this.hold
      this.disk[id] = source
      return { ok: true, value: {} }
    },
    draft: (id) => this.kept[id],
    state: (doc) => EditorState.create({ doc, extensions: [history()] }),
  })

  text(id: string): string {
    return this.#state(id).doc.toString()
  }

  type(id: string, insert: string): void {
    const state = this.#state(id)
    this.files.changed(id, state.update({ changes: { from: state.doc.length, insert }, userEvent: 'input' }).state)
  }

  command(id: string, run: typeof undo): boolean {
    return run({ state: this.#state(id), dispatch: ({ state }) => this.files.changed(id, state) })
  }

  #state(id: string): EditorState {
    const file = this.files.get(id)
    if (!file) throw new Error(`${id} is not open`)
    return file.state
  }
}

export const row = (id: string, changedAt = 1): ModifierRow => ({ id, name: `${id}.ts`, changedAt }) as ModifierRow // what Files looks at
