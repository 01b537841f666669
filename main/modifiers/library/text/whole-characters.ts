/** Text that comes in pieces, cut between characters: half of a surrogate pair waits for its other half. */
export class WholeCharacters {
  #half = ''

  add(text: string): string {
    if (text === '') return ''
    const all = this.#half === '' ? text : this.#half + text
    const last = all.charCodeAt(all.length - 1)
    this.#half = last >= 0xd800 && last <= 0xdbff ? all.slice(-1) : ''
    return this.#half === '' ? all : all.slice(0, -1)
  }

  /** What waits, when no other half can come. */
  take(): string {
    const half = this.#half
    this.#half = ''
    return half
  }
}
