/** What was typed, as it is, in any case. */
const patternOf = (text: string): RegExp => new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu')

/**
 * Whether a text is in a payload that comes in pieces. What is no text is read as if it were some: a name in the middle of
 * it is found. Keeps as many letters of the piece before as a match may need.
 */
export class TextSearch {
  readonly #pattern: RegExp
  readonly #reach: number

  constructor(text: string) {
    this.#pattern = patternOf(text)
    // In another case a letter may take two units where it took one.
    this.#reach = 2 * text.length
  }

  /** Takes the pieces of one payload but for its first `skip` bytes, lent; answers true when it is found. */
  begin(skip = 0): (bytes: Uint8Array) => boolean {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    let left = skip
    let held = ''
    return (bytes) => {
      const from = Math.min(left, bytes.length)
      left -= from
      const text = held + decoder.decode(from === 0 ? bytes : bytes.subarray(from), { stream: true })
      held = text.slice(-this.#reach)
      return this.#pattern.test(text)
    }
  }
}
