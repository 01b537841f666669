import { basename, extname } from 'node:path'
import type { ModifierFailure } from '../model/modifier.ts'
import type { PositionMap } from './compile/position-map.ts'
import type { Fault } from './compile/transpile.ts'
import type { CheckedFault } from './processes/answers.ts'

/** Where a version came from, for sentences and places. */
export type Origin = { name: string; file: string }
export type Compiled = Origin & {
  code: string
  positions: PositionMap
  exportedAt: { line: number; column: number }
}

/** The file's name without its extension. */
export const nameOf = (file: string): string => basename(file, extname(file))

/** What a sandbox found, told in the user's words and lines. Without a place of its own it is the line of the export. */
export function failureOf(fault: CheckedFault, { name, file, positions, exportedAt }: Compiled): ModifierFailure {
  const found = fault.line === undefined ? undefined : positions.find(fault.line, fault.column ?? Infinity)
  // A profile tells lines only.
  const column = fault.column === undefined ? undefined : found?.column
  const { line, column: at } = found ? { line: found.line, column } : exportedAt
  return { code: fault.code, message: sentence(`modifier "${name}"`, fault), file, line, column: at }
}

const stackLine = /^( +at (?:.* \()?)modifier:(\d+):(\d+):(\d+)/gm
const ourLine = /\n +at [^\n]*\[worker eval\][^\n)]*\)?/g

/** Stacks in a text that was logged, with the places of the user's file in place of those of compiled code. */
export function withPlaces(text: string, versionOf: (version: number) => Compiled | undefined): string {
  return text.replace(ourLine, '').replace(stackLine, (whole, at: string, ...[version, line, column]: string[]) => {
    const compiled = versionOf(Number(version))
    const found = compiled?.positions.find(Number(line), Number(column))
    return compiled && found ? `${at}${basename(compiled.file)}:${found.line}:${found.column}` : whole
  })
}

/** The file cannot be compiled. */
export const brokenBy = (fault: Fault, { name, file }: Origin): ModifierFailure => ({
  code: 'MODIFIER_BROKEN',
  // TypeScript ends its sentences with a stop; ours may go on.
  message: `modifier "${name}" cannot be compiled: ${fault.message.replace(/\.$/, '')}`,
  file,
  line: fault.line,
  column: fault.column,
})

/** The file, or the place to run it, cannot be had. */
export const brokenFor = (reason: string, { name, file }: Origin): ModifierFailure => ({
  code: 'MODIFIER_BROKEN',
  message: `modifier "${name}" cannot run: ${reason}`,
  file,
  line: undefined,
  column: undefined,
})

function sentence(subject: string, { code, text }: CheckedFault): string {
  switch (code) {
    case 'MODIFIER_THREW':
      return `${subject} threw ${text}`
    case 'MODIFIER_YIELD':
      return `${subject} yielded ${text}; it must yield bytes (Uint8Array) or text`
    case 'MODIFIER_HUNG':
      return `${subject} ${text}`
    case 'MODIFIER_MEMORY':
      return `${subject} uses more memory than it may${/^\d+$/.test(text) ? ` (${Math.round(Number(text) / 2 ** 20)} MiB)` : ''}`
    case 'MODIFIER_CUT':
      return `${subject}: ${text}`
    case 'MODIFIER_HEAD':
      return `${subject}: responseHead failed: ${text}`
    case 'MODIFIER_BROKEN':
      return `${subject} cannot run: ${text}`
    case 'MODIFIER_LOST':
      return `the sandbox of ${subject} ended: ${text}`
  }
}
