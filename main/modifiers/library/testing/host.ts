import type { LibraryHost } from '../host.ts'
import { createLibrary, type Library } from '../index.ts'

export type TestHost = LibraryHost & {
  readonly logged: string[]
  /** How long it has been asked to sleep. */
  readonly slept: number[]
}

/** A host whose clock stands still but for sleeping, which takes no time: it is over with the next turn. */
export function testHost(): TestHost {
  const logged: string[] = []
  const slept: number[] = []
  const encoder = new TextEncoder()
  let now = 0
  let chance = 0
  return {
    logged,
    slept,
    sleep: (ms) => {
      slept.push(ms)
      now += ms
      return Promise.resolve()
    },
    log: (text) => void logged.push(text),
    now: () => now,
    random: () => (chance = (chance + 0.37) % 1),
    encode: (text) => encoder.encode(text),
    decoder: (label) => {
      const decoder = new TextDecoder(label, { ignoreBOM: true })
      return { decode: (bytes, more) => decoder.decode(bytes, { stream: more }) }
    },
  }
}

export function testLibrary(host: LibraryHost = testHost()): Library {
  return createLibrary(host)
}
