import type { Search } from './search.ts'

/** What takes the place of a match that was found at that offset. */
export type ReplaceMatch = (match: RegExpExecArray, offset: number) => string

/** So often is a search taken up again behind a place where it has outgrown its bound, before it moves on. */
const mostRetries = 16

/**
 * Replaces matches in a stream of text, as String.prototype.replace does in a whole text: the same matches, however the
 * text is cut, as long as they and what they look at are no longer than `within` UTF-16 units; longer ones are perhaps
 * not found, but then also the same however it is cut. Holds back nothing but what may still become a match, and at
 * most twice `within`; for a pattern that cannot be followed (see undecidedPattern), always at least `within`.
 */
export class RegExpReplacer {
  readonly #search: Search
  readonly #replace: ReplaceMatch
  readonly #within: number
  /** What is kept of what has gone out, for lookbehind. */
  readonly #context: number
  /** Some patterns see more or less of the text as it is cut: they get it in blocks, whose ends are always the same. */
  readonly #blocks: boolean
  #text = ''
  /** Offset of #text in the stream. */
  #start = 0
  /** In #text: what has gone out, and from where a match may begin. */
  #done = 0
  #from = 0
  /** An empty match was the last: the next one begins behind the next character. */
  #step = false
  #over = false

  constructor(search: Search, replace: ReplaceMatch, within: number) {
    this.#search = search
    this.#replace = replace
    this.#within = within
    this.#context = Math.min(search.lookbehind, within)
    this.#blocks = search.reach > within || search.lookbehind > within
  }

  feed(text: string): string {
    if (this.#over || text === '') return text
    if (!this.#blocks) return this.#add(text, false)
    let out = ''
    for (let at = 0; at < text.length;) {
      const room = this.#within - ((this.#start + this.#text.length) % this.#within)
      const endsBlock = text.length - at >= room
      out += this.#add(text.slice(at, at + room), endsBlock)
      if (endsBlock) out += this.#endBlock()
      at += room
    }
    return out
  }

  /** What is held, when nothing more comes. */
  end(): string {
    if (this.#over) return ''
    const text = this.#text
    const out = this.#replaceAll(text, text.length, true) + text.slice(this.#done)
    this.#over = true
    this.#text = ''
    return out
  }

  #add(piece: string, endsBlock: boolean): string {
    if (this.#over) return piece
    this.#search.prepare(piece, this.#text)
    this.#text += piece
    if (!endsBlock && !this.#search.follows) return ''
    const out = this.#searched()
    // Where a lookbehind has no bound, what it sees must not depend on how the text is cut.
    if (this.#search.lookbehind <= this.#within) this.#trim()
    return out
  }

  #searched(): string {
    const length = this.#text.length
    const out = this.#replaceAll(this.#search.marked(this.#text), length, false)
    const to = this.#over ? length : Math.min(this.#from, length)
    const done = this.#done
    const passed = this.#text.slice(done, to)
    this.#done = Math.max(done, to)
    if (this.#over) this.#text = ''
    return out + passed
  }

  #replaceAll(text: string, length: number, last: boolean): string {
    let out = ''
    while (!this.#over) {
      if (this.#step && this.#done < length) {
        this.#from = this.#search.after(text, this.#done)
        this.#step = false
      }
      if (this.#step || this.#from > length) break
      const match = last ? this.#search.findLast(text, this.#from) : this.#found(text, length)
      if (!match) break
      out += text.slice(this.#done, match.index) + this.#replace(match, this.#start + match.index)
      this.#done = match.index + match[0].length
      this.#from = this.#done
      this.#step = match[0] === ''
      this.#over = !this.#search.global
    }
    return out
  }

  #found(text: string, length: number): RegExpExecArray | undefined {
    const found = this.#search.find(text, length, this.#from)
    if ('match' in found) return found.match
    this.#from = found.from
    return undefined
  }

  /** A match that is not decided by now and has outgrown the bound is given up. */
  #endBlock(): string {
    let out = ''
    for (let tries = 0; !this.#over && this.#text.length - this.#from >= this.#within; tries++) {
      const next = this.#search.after(this.#text, this.#from)
      this.#from = tries < mostRetries ? next : this.#text.length - this.#within + 1
      out += this.#searched()
    }
    this.#trim()
    return out
  }

  #trim(): void {
    const cut = Math.min(this.#done, this.#from) - this.#context
    if (cut <= 0) return
    this.#text = this.#text.slice(cut)
    this.#start += cut
    this.#done -= cut
    this.#from -= cut
  }
}
