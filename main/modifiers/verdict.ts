import type { HeadVerdict } from '../model/modifier.ts'

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** RFC 9110 §5.5, beyond ASCII as latin1: what our own parser takes. */
const fieldValue = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/

/** Why a head that a modifier made cannot be sent; undefined: it can. */
export function headProblem({ status, headers }: HeadVerdict): string | undefined {
  if (status !== undefined && !(Number.isInteger(status) && status >= 200 && status <= 999))
    return `${String(status)} is no status of a final response`
  for (const [name, value] of headers ?? []) {
    if (!token.test(name)) return `${shown(name)} is no name of a header`
    if (!fieldValue.test(value)) return `the header ${name} cannot have the value ${shown(value)}`
  }
  return undefined
}

const shown = (text: string): string => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)
