/** The fields of a head in wire order: case, order and duplicates as they came. */
export class Fields {
  readonly names: string[] = []
  readonly values: string[] = []
  /** Where each field line begins in the head's text. */
  readonly starts: number[] = []

  get length(): number {
    return this.names.length
  }

  /** Index of the first field of this name (given in lower case) from `from` on, or -1. */
  indexOf(lowerName: string, from = 0): number {
    const { names } = this
    for (let index = from; index < names.length; index++) {
      const name = names[index] ?? ''
      // Most names differ in length; only the rest is lowered.
      if (name.length === lowerName.length && (name === lowerName || name.toLowerCase() === lowerName)) return index
    }
    return -1
  }

  /** The first value of this name (given in lower case). */
  get(lowerName: string): string | undefined {
    const index = this.indexOf(lowerName)
    return index === -1 ? undefined : this.values[index]
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
    let all = this.values[index] ?? ''
    while ((index = this.indexOf(lowerName, index + 1)) !== -1) all += `, ${this.values[index] ?? ''}`
    return all
  }

  /** The members of a comma-separated list of tokens, lowered; not for values with quoted strings. */
  tokens(lowerName: string): string[] {
    const all = this.joined(lowerName)
    if (all === undefined) return []
    const members = all.toLowerCase().split(',')
    return members.map((member) => member.trim()).filter((member) => member !== '')
  }
}
