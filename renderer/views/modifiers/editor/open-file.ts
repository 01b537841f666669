/** A file that is open, as files.ts keeps it; and how its text is to what is, or was, on disk. */
import type { EditorState, Text } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { CallFault } from '../../../../app/contract/wire.ts'
import { printOf } from './print.ts'

/** What the window shows of a file beside its text. */
export type FileFacts = {
  status: 'loading' | 'ready' | 'failed'
  fault: CallFault | undefined
  /** Our text is not what is on disk, or nothing is there. */
  unsaved: boolean
  /** Our text is here, and the file is not: it is gone, or it cannot be read, and then nobody knows what saving writes over. */
  missing: 'gone' | 'unreadable' | undefined
  /** It was changed on disk since it was read, and here, too. */
  changedOutside: boolean
  saving: boolean
}

export type OpenFile = {
  name: string
  state: EditorState
  scroll: ReturnType<EditorView['scrollSnapshot']> | undefined
  /** As it was on disk when our text was last the same, or its user has chosen ours; undefined: only its print is known. */
  base: Text | undefined
  /** Of the base, by which a draft that outlives the window knows it again. */
  basePrint: string | undefined
  /** Of the row, when the file was last looked at. */
  changedAt: number | undefined
  outside: Text | undefined
}

export const unknown: FileFacts = {
  status: 'loading',
  fault: undefined,
  unsaved: false,
  missing: undefined,
  changedOutside: false,
  saving: false,
}

type Kept = Pick<OpenFile, 'base' | 'basePrint'>

export const isBase = ({ base, basePrint }: Kept, text: Text): boolean =>
  base ? text.eq(base) : printOf(text.toString()) === basePrint

/** Something was written here, beyond what was on disk. */
export const isOurs = (file: OpenFile): boolean => !isBase(file, file.state.doc)

/** It is on disk, and what is written here from now on goes out from it. */
export function found(file: OpenFile, base: Text): void {
  Object.assign(file, { base, basePrint: printOf(base.toString()), outside: undefined })
}
