/** Text that gathers piece by piece in linear time, and in memory near its own size also when it comes byte by byte. */
export class HeldText {
  length = 0
  #small: string[] = []
  #large: string[] = []

  add(piece: string): void {
    if (piece === '') return
    this.length += piece.length
    this.#small.push(piece)
    if (this.#small.length < 1024) return
    this.#large.push(this.#small.join(''))
    this.#small = []
  }

  /** All of it; nothing is held any more. */
  take(): string {
    const all = this.#large.join('') + this.#small.join('')
    this.#large = []
    this.#small = []
    this.length = 0
    return all
  }
}
