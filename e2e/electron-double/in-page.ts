/**
 * What runs inside a page: in its own world the far end of the context bridge; in the preload's world `require('electron')`
 * and the preload itself. The two worlds share the window's events, whose details Chromium clones from one to the other.
 */
import { pack, unpack } from './values.ts'

export const worldName = 'Electron Isolated Context'
/** In the preload's world: how it speaks to the double, and how the double speaks to it. */
export const binding = 'electronDoubleSend'
export const receiver = 'electronDoubleReceive'
/** How it says that the page wants to open a window. */
export const opening = 'electron-double:open'

/** Runs in a page, with nothing of this file around it. */
function joinWorlds(mine: string, theirs: string) {
  const page = globalThis as unknown as EventTarget
  type Call = { id: number; args: unknown[] }
  type Answer = { ok: true; value: unknown } | { ok: false; message: string }
  const given: ((...args: unknown[]) => unknown)[] = []
  let answer: Answer = { ok: false, message: 'the other world is not there' }

  const out = (value: unknown): unknown => {
    if (typeof value === 'function') return { electronFunction: given.push(value as () => unknown) - 1 }
    if (Array.isArray(value)) return value.map(out)
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, out(held)]))
  }
  const into = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(into)
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
    const { electronFunction: id } = value as { electronFunction?: number }
    if (id !== undefined) return (...args: unknown[]) => call(id, args)
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, into(held)]))
  }
  const tell = (name: string, detail: unknown): void => void page.dispatchEvent(new CustomEvent(name, { detail }))
  const call = (id: number, args: unknown[]): unknown => {
    tell(`${theirs}:call`, { id, args: args.map(out) } satisfies Call)
    if (!answer.ok) throw new Error(answer.message)
    return into(answer.value)
  }
  const hear = (name: string, listener: (detail: never) => void): void =>
    page.addEventListener(name, (event) => listener((event as CustomEvent).detail as never))
  hear(`${mine}:answer`, (told: Answer) => (answer = told))
  hear(`${mine}:call`, ({ id, args }: Call) => {
    let told: Answer
    try {
      told = { ok: true, value: out(given[id]?.(...args.map(into))) }
    } catch (error) {
      told = { ok: false, message: error instanceof Error ? error.message : String(error) }
    }
    tell(`${theirs}:answer`, told)
  })
  return { out, into, tell, hear }
}

/** The page's own world. */
export const pageScript = `if (window === window.top) {
  const { into, hear, tell } = (${String(joinWorlds)})('electron-page', 'electron-preload')
  window.open = (url = '') => {
    tell('electron-preload:open', new URL(url, location.href).href)
    return null
  }
  hear('electron-page:expose', ({ key, api }) => {
    Object.defineProperty(window, key, { value: Object.freeze(into(api)), enumerable: true })
  })
}`

/** `preload`: its text, a CommonJS module. */
export const preloadScript = (preload: string): string => `if (window === window.top) {
  const pack = ${String(pack)}
  const unpack = ${String(unpack)}
  const { out, tell, hear } = (${String(joinWorlds)})('electron-preload', 'electron-page')
  const listeners = new Map()
  const electron = {
    contextBridge: {
      exposeInMainWorld: (key, api) => tell('electron-page:expose', { key, api: out(api) }),
    },
    ipcRenderer: {
      send: (channel, ...args) => globalThis.${binding}(pack([channel, ...args])),
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      off: (channel, listener) =>
        listeners.set(channel, (listeners.get(channel) ?? []).filter((other) => other !== listener)),
    },
  }
  globalThis.${receiver} = (text) => {
    const [channel, ...args] = unpack(text)
    for (const listener of listeners.get(channel) ?? []) listener({}, ...args)
  }
  hear('electron-preload:open', (url) => globalThis.${binding}(pack(['${opening}', url])))
  const require = (name) => {
    if (name === 'electron') return electron
    throw new Error('a sandboxed preload cannot require ' + name)
  }
  ;(function (require, module, exports) { ${preload}\n })(require, { exports: {} }, {})
}`
