import { URL as RuntimeURL } from 'node:url'
import { asLanguageErrors } from './own-error.ts'

type Name =
  'hash' | 'host' | 'hostname' | 'href' | 'password' | 'pathname' | 'port' | 'protocol' | 'search' | 'username'

const names: readonly Name[] = [
  'hash',
  'host',
  'hostname',
  'href',
  'password',
  'pathname',
  'port',
  'protocol',
  'search',
  'username',
]

/** URL Standard, §6.2: parameters of a URL, through which it changes. */
class SearchParams {
  readonly #params: URLSearchParams

  constructor(params: URLSearchParams) {
    this.#params = params
  }

  get size(): number {
    return this.#params.size
  }

  append(name: unknown, value: unknown): void {
    this.#params.append(String(name), String(value))
  }

  delete(name: unknown): void {
    this.#params.delete(String(name))
  }

  get(name: unknown): string | null {
    return this.#params.get(String(name))
  }

  getAll(name: unknown): string[] {
    return this.#params.getAll(String(name))
  }

  has(name: unknown): boolean {
    return this.#params.has(String(name))
  }

  set(name: unknown, value: unknown): void {
    this.#params.set(String(name), String(value))
  }

  sort(): void {
    this.#params.sort()
  }

  toString(): string {
    return this.#params.toString()
  }

  *entries(): Generator<[name: string, value: string]> {
    for (const [name, value] of this.#params) yield [name, value]
  }

  [Symbol.iterator](): Generator<[name: string, value: string]> {
    return this.entries()
  }
}

// An object that says what it is, as another URL does, is the usual case.
// oxlint-disable-next-line typescript/no-base-to-string
const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : String(value))

/** URL Standard, §6.1. */
export class URL {
  readonly #url: RuntimeURL
  readonly #params: SearchParams

  constructor(url: unknown, base?: unknown) {
    this.#url = asLanguageErrors(() => new RuntimeURL(String(url), textOf(base)))
    this.#params = harden(new SearchParams(this.#url.searchParams))
  }

  static canParse(url: unknown, base?: unknown): boolean {
    return RuntimeURL.canParse(String(url), textOf(base))
  }

  static parse(url: unknown, base?: unknown): URL | null {
    return URL.canParse(url, base) ? new URL(url, base) : null
  }

  get origin(): string {
    return this.#url.origin
  }

  get searchParams(): SearchParams {
    return this.#params
  }

  toString(): string {
    return this.#url.href
  }

  toJSON(): string {
    return this.#url.href
  }

  static {
    for (const name of names) {
      Object.defineProperty(this.prototype, name, {
        get(this: URL): string {
          return this.#url[name]
        },
        set(this: URL, value: unknown) {
          asLanguageErrors(() => (this.#url[name] = String(value)))
        },
        configurable: true,
        enumerable: true,
      })
    }
  }
}
