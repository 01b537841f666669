/**
 * What a modifier's file may be called: a name that is one file in one folder on every system, so that a folder can be
 * copied from one machine to another. Nothing of a name is a path.
 */
import type { Parsed } from '../../../../main/model/size.ts'

/** Characters, and bytes of UTF-8; what is written beside a file while it is saved is longer by some. */
const longest = 100
const longestBytes = 200

const ending = /\.(?:ts|js)$/
/** TypeScript's and JavaScript's other endings: what they mean is not what a modifier is. */
const otherEnding = /\.(?:[cm][tj]s|[tj]sx|d\.ts)$/i
// What Windows refuses, what a terminal or a list would not show as it is, and halves of characters.
const unusable = /[\\/:*?"<>|\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/u
/** Names of devices on Windows, whatever follows behind a dot. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i

/** The name as it is to be used: composed, and with `.ts` when it has no ending. A refusal is a sentence. */
export function parseName(text: string): Parsed<string> {
  const given = text.normalize('NFC').trim()
  const name = ending.test(given) || otherEnding.test(given) || given === '' ? given : `${given}.ts`
  const why = faultOf(name)
  return why === undefined ? { ok: true, value: name } : { ok: false, message: `${shown(text)} ${why}.` }
}

/** A file in the folder that is one of ours by its name. */
export const isModifierName = (name: string): boolean => faultOf(name) === undefined

function faultOf(name: string): string | undefined {
  if (name === '') return 'is not a name: write one like "replace text"'
  if (unusable.test(name)) return 'cannot be the name of a file on every system: use letters, digits, spaces, - and _'
  if (!ending.test(name) || otherEnding.test(name)) return 'must end with .ts or .js'
  if (/^[. ]|[. ]\.(?:ts|js)$/.test(name)) return 'must not begin or end with a dot or a space'
  if (device.test(name)) return 'is the name of a device on Windows: choose another one'
  if (name.length > longest || Buffer.byteLength(name) > longestBytes) return `is longer than ${longest} letters`
  return undefined
}

/** Most systems see no difference between such names. */
export const sameName = (one: string, other: string): boolean => folded(one) === folded(other)

/** The name itself, or the first with a number that nothing in `taken` is called by. */
export function freeName(name: string, taken: readonly string[]): string {
  const used = new Set(taken.map(folded))
  const at = name.length - 3
  const [stem, end] = [name.slice(0, at), name.slice(at)]
  for (let number = 2, free = name; ; number++) {
    if (!used.has(folded(free))) return free
    const tail = `-${number}${end}`
    free = stem
    while (free.length + tail.length > longest || Buffer.byteLength(free + tail) > longestBytes) free = shortened(free)
    free += tail
  }
}

const folded = (name: string): string => name.normalize('NFC').toLowerCase()

/** Without its last character, which may be two halves. */
const shortened = (text: string): string => Array.from(text).slice(0, -1).join('')

const shown = (text: string): string => JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text)
