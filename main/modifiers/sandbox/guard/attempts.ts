/**
 * Functions of sandboxed code; true means: outside. `given` holds all objects that a modifier is ever handed. They say
 * which runtime they reached by its `process`, which no modifier may see.
 */
export const attempts = `({
  'the constructor of functions': () => (() => {}).constructor('return process')(),
  'the constructor of async functions': () => (async () => {}).constructor('return process')(),
  'the constructor of generators': () => (function* () {}).constructor('yield process')().next(),
  'the constructor of async generators': () => (async function* () {}).constructor('yield process')().next(),
  'Reflect.construct': () => Reflect.construct((() => {}).constructor, ['return process'])(),
  'eval': () => (0, globalThis.eval)('1') === 1,
  'Function': () => globalThis.Function('return 1')() === 1,
  'Compartment': () => new globalThis.Compartment(),
  'names of the runtime': () =>
    typeof process !== 'undefined' || typeof Buffer !== 'undefined' || typeof global !== 'undefined' ||
    typeof fetch !== 'undefined' || typeof WebAssembly !== 'undefined' || typeof SharedArrayBuffer !== 'undefined' ||
    typeof setImmediate !== 'undefined' || typeof lockdown !== 'undefined' || typeof performance !== 'undefined' ||
    typeof globalThis.process !== 'undefined' || typeof globalThis.require !== 'undefined',
  'modules of the runtime': ({ require }) => ['node:fs', 'fs', 'node:process', 'node:worker_threads'].some((name) => {
    try { return require(name) } catch { return false }
  }),
  'this': () => (function () { return this })() !== undefined,
  'prototypes': () => {
    const changed = (object, name) => {
      const before = object[name]
      try { object[name] = () => 'changed' } catch {}
      try { Object.defineProperty(object, name, { value: 'changed' }) } catch {}
      return object[name] !== before
    }
    return changed(Object.prototype, 'toString') || changed(Object.prototype, 'spillway') || changed(Array.prototype, 'push') ||
      changed(Promise.prototype, 'then') || changed(Function.prototype, 'call') || changed(Uint8Array.prototype, 'set') ||
      changed(Float64Array.prototype, 'spillway') || changed(Float64Array, 'from') ||
      changed(Error.prototype, 'toString') || changed(String.prototype, 'split') || changed(JSON, 'parse') ||
      changed(Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype), 'next') || changed(RegExp.prototype, 'exec')
  },
  'hooks of stack traces': () => {
    let seen = false
    const hook = () => { seen = true; return 'hooked' }
    for (const target of [Error, TypeError, Error.prototype, Object.prototype, Object.getPrototypeOf(TypeError)]) {
      try { target.prepareStackTrace = hook } catch {}
      try { Object.defineProperty(target, 'prepareStackTrace', { value: hook }) } catch {}
    }
    const holder = {}
    try { Error.captureStackTrace(holder) } catch {}
    return seen || typeof new Error('x').stack === 'object' || typeof holder.stack === 'object' ||
      new Error('x').stack === 'hooked'
  },
  'errors of the runtime': ({ TextDecoder, URL, TextEncoder }) => {
    const tries = [
      () => new TextDecoder('no such thing'), () => new TextDecoder().decode({}), () => new URL('nonsense'),
      () => new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])), () => new TextEncoder().encodeInto('', {}),
      () => { const deep = () => deep() + new TextDecoder().decode(); deep() },
    ]
    return tries.some((act) => {
      try { act() } catch (error) {
        if (![Error, TypeError, RangeError].includes(error.constructor) && error.constructor !== Error.prototype.constructor) return true
        try {
          return error.constructor.constructor('return process')()
        } catch {}
      }
      return false
    })
  },
  'what modifiers are given': (given) => {
    const seen = new Set()
    const tried = new Set()
    const reached = (value, depth) => {
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value) || depth > 6) return false
      seen.add(value)
      if (!ArrayBuffer.isView(value) && !(value instanceof Promise) && !Object.isFrozen(value)) return true
      for (const way of [(it) => it.constructor, (it) => it.constructor.constructor]) {
        let make
        try { make = way(value) } catch { continue }
        if (typeof make !== 'function' || tried.has(make)) continue
        tried.add(make)
        let outcome
        try { outcome = make('return process')() } catch { continue }
        if (typeof outcome === 'object' && outcome !== null && 'pid' in outcome) return true
      }
      return [Object.getPrototypeOf(value), ...Reflect.ownKeys(value).flatMap((key) => {
        const { value: held, get, set } = Reflect.getOwnPropertyDescriptor(value, key)
        return [held, get, set]
      })].some((next) => reached(next, depth + 1))
    }
    const { chunk, ...rest } = given
    return reached(Object.freeze(rest), 0)
  },
  'the memory of others': ({ chunk, encoded }) => [chunk, encoded].some((bytes) =>
    Object.getPrototypeOf(bytes) !== Uint8Array.prototype || bytes.buffer.byteLength !== bytes.length ||
    Object.getPrototypeOf(bytes.buffer) !== ArrayBuffer.prototype),
})`
