import { createLibrary } from '../library/index.ts'
import type { LibraryHost } from '../library/index.ts'
import { contexts } from './context.ts'
import { encode, endowments, newDecoder, sleep } from './endowments/index.ts'
import { clock } from './lockdown.ts'
import { scriptName } from './start.ts'

/** Names of the language that are there as hardened JavaScript has them; whatever else it puts there is taken away. */
const language = new Set(
  (
    'Infinity NaN undefined isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent encodeURI ' +
    'encodeURIComponent escape unescape Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView ' +
    'Float16Array Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array Uint8ClampedArray Uint16Array ' +
    'Uint32Array Map Set WeakMap WeakSet Number Object Promise Proxy Reflect RegExp String Symbol JSON Iterator ' +
    'AsyncIterator Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError globalThis'
  ).split(' '),
)

/** A place where nothing is but the language and the endowments. */
export function newCompartment(): Compartment {
  const compartment = new Compartment({ globals: endowments, __options__: true })
  for (const name of Object.getOwnPropertyNames(compartment.globalThis)) {
    if (!language.has(name) && !Object.hasOwn(endowments, name)) Reflect.deleteProperty(compartment.globalThis, name)
  }
  return compartment
}

/** `log` is told for which flow, 0 for none. */
export function newLibrary(log: (flow: number, text: string) => void): object {
  const host: LibraryHost = {
    sleep,
    log: (text) => log(contexts.getStore()?.flow ?? 0, text),
    now: clock.ms,
    random: clock.random,
    encode,
    decoder: (label) => newDecoder(label, { fatal: false, ignoreBOM: true }),
  }
  return harden({ ...createLibrary(host) })
}

/** What `require` gives within a modifier. */
export function requireOf(library: object): (name: unknown) => object {
  return harden((name: unknown) => {
    if (name === 'spillway') return library
    throw new Error(`a modifier can import from 'spillway' only, not from ${JSON.stringify(String(name))}`)
  })
}

/** Runs compiled code for the first time, in a compartment of its own. Returns what it exports; throws what it throws. */
export function evaluateModule(version: number, code: string, require: (name: unknown) => object): object {
  // On the line of the code's prologue, so that lines stay.
  const text = `(function (exports, require, module, __spillwayTemplate) { ${code}\n})\n//# sourceURL=${scriptName(version)}`
  // Its heuristics against direct eval would refuse strings too. There is no eval to be had.
  const options = { __rejectSomeDirectEvalExpressions__: false }
  const body = newCompartment().evaluate(text, options) as (...given: unknown[]) => void
  const module = { exports: {} as object }
  const templates: unknown[] = []
  const template = harden((index: number, cooked: unknown[], raw: unknown[]): unknown => {
    return (templates[index] ??= Object.freeze(Object.defineProperty(cooked, 'raw', { value: Object.freeze(raw) })))
  })
  Reflect.apply(body, undefined, [module.exports, require, module, template])
  return module.exports
}
