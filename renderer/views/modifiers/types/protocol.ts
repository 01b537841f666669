/**
 * What the editor and its worker say to each other. Places are offsets into the text; nothing here names TypeScript, so
 * that the window's own bundle stays free of it.
 */

export type Place = { from: number; to: number }
export type Change = Place & { insert: string }

export type TypeProblem = Place & { severity: 'error' | 'warning' | 'info'; message: string; code: number }

/** A piece of a signature, with what it is: "keyword", "parameterName". */
export type Word = { text: string; kind: string }
/** `code`: to be shown as it is written; otherwise prose. */
export type Prose = { text: string; code: boolean }

export type Told = Place & { words: Word[]; prose: Prose[] }

export type Offer = {
  name: string
  /** What is inserted, where that is not the name. */
  insert: string | undefined
  kind: string
  /** Less comes first, as TypeScript sorts them. */
  sort: string
  /** From which module it would be imported, too. */
  module: string | undefined
}
export type Offers = { from: number; offers: Offer[] }
/** `changes`: what else has to be written, e.g. an import. */
export type OfferDetails = { words: Word[]; prose: Prose[]; changes: Change[] }

/** The call being written: `words` before, of, and after the argument at the cursor. */
export type Signature = { before: Word[]; current: Word[]; after: Word[]; prose: Prose[]; index: number; count: number }

/** Each question with what it takes and gives. All are about the text that was given last. */
export type Questions = {
  problems: { takes: undefined; gives: TypeProblem[] }
  offers: { takes: { at: number; typed: boolean }; gives: Offers | undefined }
  details: { takes: { at: number; name: string; module: string | undefined }; gives: OfferDetails | undefined }
  hover: { takes: { at: number }; gives: Told | undefined }
  signature: { takes: { at: number }; gives: Signature | undefined }
  format: { takes: undefined; gives: Change[] }
}
export type Question = keyof Questions

/** `text` when it is another than before. */
export type ToWorker = { id: number; question: Question; takes: unknown; file?: { name: string; text: string } }
export type FromWorker = { id: number; gives: unknown } | { id: number; failed: string }
