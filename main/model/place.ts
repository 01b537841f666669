/** A place in a user's file; lines and columns count from 1. */
export type Place = { file?: string | undefined; line?: number | undefined; column?: number | undefined }

/** "FILE:3:7: sentence", as far as the place is known: what terminals and editors make a link of. */
export function atPlace(sentence: string, { file, line, column }: Place): string {
  if (file === undefined) return sentence
  const known = line === undefined ? [file] : column === undefined ? [file, line] : [file, line, column]
  return `${known.join(':')}: ${sentence}`
}
