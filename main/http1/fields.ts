const none: readonly string[] = []
const singles = new Map(
  ['keep-alive', 'close', 'Keep-Alive', 'upgrade', 'Upgrade'].map((word) => [word, [word.toLowerCase()]]),
)

/**
 * The fields of a head in wire order: case, order and duplicates as they came. It only knows where in the head's text
 * they are; most are never asked for.
 */
export class Fields {
  readonly #text: string
  /** Four offsets for each field: of its name, its colon, its value, and the end of its value. */
  readonly #offsets: number[] = []
  /** A bit for every length of a name, modulo 32: most names that are asked for are not there. */
  #lengths = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Behind the others. The value is without the white space around it. */
  add(start: number, colon: number, value: number, end: number): void {
    this.#offsets.push(start, colon, value, end)
    this.#lengths |= 1 << (colon - start)
  }

  get length(): number {
    return this.#offsets.length >> 2
  }

  /** As it came; of the field with this index, which must be there, as for all below. */
  name(index: number): string {
    return this.#text.slice(this.start(index), this.#offsets[index * 4 + 1])
  }

  nameLength(index: number): number {
    return (this.#offsets[index * 4 + 1] ?? 0) - this.start(index)
  }

  value(index: number): string {
    return this.#text.slice(this.#offsets[index * 4 + 2], this.#offsets[index * 4 + 3])
  }

  /** Where the field line begins in the head's text; of the one behind the last, where the text ends. */
  start(index: number): number {
    return this.#offsets[index * 4] ?? this.#text.length
  }

  /** Index of the first field of this name (given in lower case) from `from` on, or -1. */
  indexOf(lowerName: string, from = 0): number {
    if ((this.#lengths & (1 << lowerName.length)) === 0) return -1
    const { length } = this
    for (let index = from; index < length; index++) {
      if (this.is(index, lowerName)) return index
    }
    return -1
  }

  /** The first value of this name (given in lower case). */
  get(lowerName: string): string | undefined {
    const index = this.indexOf(lowerName)
    return index === -1 ? undefined : this.value(index)
  }

  has(lowerName: string): boolean {
    return this.indexOf(lowerName) !== -1
  }

  count(lowerName: string): number {
    let count = 0
    for (let index = this.indexOf(lowerName); index !== -1; index = this.indexOf(lowerName, index + 1)) count++
    return count
  }

  /** All values of this name as one comma-separated list (RFC 9110 §5.3), or undefined. */
  joined(lowerName: string): string | undefined {
    let index = this.indexOf(lowerName)
    if (index === -1) return undefined
    let all = this.value(index)
    while ((index = this.indexOf(lowerName, index + 1)) !== -1) all += `, ${this.value(index)}`
    return all
  }

  /** The members of a comma-separated list of tokens, lowered; not for values with quoted strings. */
  tokens(lowerName: string): readonly string[] {
    const all = this.joined(lowerName)
    if (all === undefined) return none
    // What nearly everybody says costs no list.
    const single = singles.get(all)
    if (single) return single
    const members = all.toLowerCase().split(',')
    return members.map((member) => member.trim()).filter((member) => member !== '')
  }

  /** Whether a line of this name (given in lower case) has a tab behind its colon, also around the value. */
  hasTab(lowerName: string): boolean {
    for (let at = this.indexOf(lowerName); at !== -1; at = this.indexOf(lowerName, at + 1)) {
      if (this.#text.slice(this.#offsets[at * 4 + 1], this.start(at + 1)).includes('\t')) return true
    }
    return false
  }

  /** Whether the field's name is this one (given in lower case). */
  is(index: number, lowerName: string): boolean {
    if (this.nameLength(index) !== lowerName.length) return false
    const text = this.#text
    const start = this.start(index)
    for (let at = 0; at < lowerName.length; at++) {
      const code = text.charCodeAt(start + at)
      const lower = code >= 65 && code <= 90 ? code + 32 : code
      if (lower !== lowerName.charCodeAt(at)) return false
    }
    return true
  }
}
