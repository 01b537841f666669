/**
 * Finding in a body: what is typed is searched from the beginning to the end, in pieces, so that a large body neither
 * holds up the window nor has to be there. The first match at or behind the place that is looked at is gone to.
 */
import { CallError } from '../../../../../app/contract/wire.ts'

/** Matches beyond which the search stops: nobody steps through more. */
const mostMatches = 100_000
/** While somebody types, nothing is searched. */
const pauseMs = 120

/** `current` counts from 1. `more`: there may be more matches than were looked for. */
export type Found = {
  query: string
  count: number
  current: number | undefined
  state: 'searching' | 'done' | 'more'
  /** From 0 to 1, while it is searched; undefined: not told. */
  progress: number | undefined
  fault: string | undefined
}

/** All that is there so far has been searched; what comes behind it may have more. */
export const allSoFar = Symbol('all so far')

/** What can be searched, whatever a match is there. */
export type FindSource<M> = {
  /** Batches of matches in order, also empty ones, so that the search can be stopped between them. */
  search(query: string, signal: AbortSignal): AsyncIterable<readonly M[] | typeof allSoFar>
  /** How much of it has been searched, from 0 to 1; absent: it is quick. */
  progress?: () => number
  /** It is before what is looked at. */
  isBefore(match: M): boolean
  /** Brings it into sight. */
  show(match: M): void
}

export const nothing: Found = {
  query: '',
  count: 0,
  current: undefined,
  state: 'done',
  progress: undefined,
  fault: undefined,
}

export class Finder<M> {
  found: Found = nothing
  /** In order. */
  matches: readonly M[] = []
  readonly #source: FindSource<M>
  readonly #watchers = new Set<() => void>()
  #interest = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(source: FindSource<M>) {
    this.#source = source
  }

  subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** The match that is stepped to. */
  get current(): M | undefined {
    return this.found.current === undefined ? undefined : this.matches[this.found.current - 1]
  }

  /** What was searched before is given up; an empty query finds nothing. */
  find(query: string): void {
    if (query === this.found.query) return
    this.close()
    this.matches = []
    this.#tell({ ...nothing, query, state: query === '' ? 'done' : 'searching' })
    if (query !== '') this.#timer = setTimeout(() => this.#begin(), pauseMs)
  }

  /** To the next or the one before; from the last to the first, and back. */
  step(by: 1 | -1): void {
    if (this.#timer !== undefined) this.#begin()
    const { count, current } = this.found
    if (count === 0) return
    const next = current === undefined ? (by === 1 ? 1 : count) : ((current - 1 + by + count) % count) + 1
    this.#goTo(next)
  }

  /** Gives up what goes on. */
  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#interest.abort()
  }

  #begin(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#interest = new AbortController()
    void this.#search(this.found.query, this.#interest.signal)
  }

  async #search(query: string, signal: AbortSignal): Promise<void> {
    const matches: M[] = []
    this.matches = matches
    let idle = false
    try {
      for await (const batch of this.#source.search(query, signal)) {
        if (signal.aborted) return
        if (batch === allSoFar) {
          if (!idle) this.#all(matches)
          idle = true
          continue
        }
        for (const match of batch.slice(0, mostMatches - matches.length)) matches.push(match)
        const full = matches.length === mostMatches
        const state = full ? 'more' : idle ? 'done' : 'searching'
        const progress = state === 'searching' ? this.#source.progress?.() : undefined
        this.#tell({ ...this.found, count: matches.length, state, progress })
        this.#goToFirst(matches.length - Math.min(batch.length, matches.length))
        if (full) return
      }
      if (!signal.aborted && !idle) this.#all(matches)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof CallError)) throw error
      this.#tell({ ...this.found, state: 'done', progress: undefined, fault: error.message })
    }
  }

  #all(matches: readonly M[]): void {
    this.#tell({ ...this.found, state: 'done', progress: undefined })
    // All matches are before the place that is looked at: it goes on from the beginning.
    if (this.found.current === undefined && matches.length > 0) this.#goTo(1)
  }

  /** The first that is not before the place that is looked at, of those from index `from` on. */
  #goToFirst(from: number): void {
    if (this.found.current !== undefined) return
    const at = this.matches.findIndex((match, index) => index >= from && !this.#source.isBefore(match))
    if (at !== -1) this.#goTo(at + 1)
  }

  #goTo(number: number): void {
    const match = this.matches[number - 1]
    this.#tell({ ...this.found, current: number })
    if (match !== undefined) this.#source.show(match)
  }

  #tell(found: Found): void {
    this.found = found
    for (const watcher of this.#watchers) watcher()
  }
}
