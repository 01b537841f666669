import { concat } from '../bytes/concat.ts'
import type { Units } from './literal.ts'

export const textUnits: Units<string> = {
  codeAt: (of, at) => of.charCodeAt(at),
  find: (within, code, from) => within.indexOf(String.fromCharCode(code), from),
  slice: (of, from, to) => of.slice(from, to),
  join: (parts) => (parts.length === 1 ? (parts[0] ?? '') : parts.join('')),
}

export const byteUnits: Units<Uint8Array> = {
  codeAt: (of, at) => of[at] ?? -1,
  find: (within, code, from) => within.indexOf(code, from),
  slice: (of, from, to) => (from === 0 && to === of.length ? of : of.subarray(from, to)),
  join: concat,
}
