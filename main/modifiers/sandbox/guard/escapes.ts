/**
 * The self-test: ways out of a compartment that are known, each tried as a modifier would. Where one succeeds on some
 * runtime, modifiers do not run there at all.
 */
import { encode } from '../endowments/index.ts'
import { newChunks } from '../flows/chunks.ts'
import { newCompartment, requireOf } from '../compartment.ts'
import { attempts } from './attempts.ts'

type Attempt = (given: Readonly<Record<string, unknown>>) => unknown

/** Names of the ways that lead out; none, where modifiers may run. `chunk` as a flow would hand it to a modifier. */
export function escapes(library: object, chunk: Uint8Array): string[] {
  const compartment = newCompartment()
  const globals = compartment.globalThis as unknown as Record<string, unknown>
  const { TextDecoder, TextEncoder, URL, setTimeout, Date, Math, Float16Array, Float32Array, Float64Array } = globals
  const floats = { Float16Array, Float32Array, Float64Array }
  const chunks = newChunks({ pull: () => Promise.resolve({ value: undefined, done: true }), leave: () => undefined })
  const given = {
    TextDecoder,
    TextEncoder,
    URL,
    setTimeout,
    Date,
    Math,
    ...floats,
    library,
    chunks,
    require: requireOf(library),
  }
  const all = compartment.evaluate(attempts) as Record<string, Attempt>
  const found = Object.entries(all).filter(([, attempt]) =>
    succeeds(() => attempt(Object.freeze({ ...given, chunk, encoded: encode('ä') }))),
  )
  const names = found.map(([name]) => name)
  if (succeeds(() => newCompartment().evaluate("import('node:fs')"))) names.push('import()')
  return names
}

function succeeds(attempt: () => unknown): boolean {
  try {
    return Boolean(attempt())
  } catch {
    return false
  }
}
