/**
 * The contract over Electron's IPC: the built preload, the shell's binding, and a real engine in its thread. Between
 * preload and binding stand two emitters that clone what they carry, as Electron's do.
 */
import { EventEmitter } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { expect, test } from 'vitest'
import { childLauncher } from '../../main/index.ts'
import type { ToHost, ToWindow } from '../../app/contract/wire.ts'
import { bindWindows } from '../../app/desktop/window-line.ts'
import { Engine } from '../../app/engine-thread/engine.ts'
import { contractSuite } from '../contract-suite/suite.ts'
import type { Bound, Wire } from '../contract-suite/wire.ts'

const origin = 'spillway://app'
const launchSandbox = childLauncher(new URL('../../dist/sandbox/watchdog.js', import.meta.url))
const preload = resolve(import.meta.dirname, '../../dist/preload/preload.cjs')

type Bridge = { post(message: ToHost): void; onMessage(listener: (message: ToWindow) => void): () => void }

/** A page with the built preload. `frame`: who it says it is. */
function pageOf(ipcMain: EventEmitter, id: number, frame: object = { parent: null, origin }): Bridge & { end(): void } {
  if (!existsSync(preload)) throw new Error(`${preload} is not there. Build it: npm run build`)
  const contents = new EventEmitter()
  const renderer = new EventEmitter()
  let gone = false
  const clone = (args: unknown[]): unknown[] => deserialize(serialize(args)) as unknown[]
  const sender = Object.assign(contents, {
    id,
    isDestroyed: () => gone,
    send(channel: string, ...args: unknown[]) {
      const cloned = clone(args)
      setImmediate(() => renderer.emit(channel, {}, ...cloned))
    },
  })
  let bridge: Bridge | undefined
  const electron = {
    contextBridge: { exposeInMainWorld: (_key: string, api: Bridge) => (bridge = api) },
    ipcRenderer: Object.assign(renderer, {
      send(channel: string, ...args: unknown[]) {
        const cloned = clone(args)
        setImmediate(() => ipcMain.emit(channel, { sender, senderFrame: frame }, ...cloned))
      },
    }),
  }
  // It is a module of our own build.
  // oxlint-disable-next-line typescript/no-implied-eval
  const run = new Function('require', 'module', 'exports', readFileSync(preload, 'utf8')) as (
    ...args: unknown[]
  ) => void
  run(() => electron, { exports: {} }, {})
  const end = (): void => {
    gone = true
    contents.emit('destroyed')
  }
  return { ...bridge!, end }
}

type Ipc = Bound & { ipcMain: EventEmitter }

function openIpc(): Promise<Ipc> {
  const dataDir = mkdtempSync(join(tmpdir(), 'spillway-ipc-'))
  const ipcMain = new EventEmitter()
  let windows = 0
  let pages = 0
  const engine = new Engine({
    script: new URL('../../dist/desktop/engine-worker.js', import.meta.url),
    start: { dataDir, settingsFile: undefined, fixed: { listen: { host: '127.0.0.1', port: 0 } }, version: 'test' },
    choosePlace: () => Promise.resolve(undefined),
    launchSandbox,
    onRefused: (sentence) => {
      throw new Error(sentence)
    },
    onCapture: () => undefined,
    onFlows: () => undefined,
  })
  const connect: Parameters<typeof bindWindows>[1] = (send) => {
    windows++
    const line = engine.connect(send)
    const close = (): void => {
      windows--
      line.close()
    }
    return { ...line, close }
  }
  bindWindows(ipcMain as unknown as Parameters<typeof bindWindows>[0], connect, origin)
  return Promise.resolve({
    ipcMain,
    connect: () => Promise.resolve(wireOf(pageOf(ipcMain, ++pages))),
    windows: () => windows,
    async [Symbol.asyncDispose]() {
      await engine.close(0)
      rmSync(dataDir, { recursive: true, force: true })
    },
  })
}

function wireOf(page: ReturnType<typeof pageOf>): Wire {
  return {
    post: (message) => page.post(message),
    onMessage: (listener) => {
      page.onMessage(listener)
    },
    close: () => {
      page.end()
      return Promise.resolve()
    },
  }
}

contractSuite("Electron's IPC", openIpc)

test.each([
  ['another origin', { parent: null, origin: 'https://evil.example' }],
  ['a frame inside of ours', { parent: { origin }, origin }],
  ['a frame that has gone', null],
])('%s is not heard', async (_, frame) => {
  await using ipc = await openIpc()
  const stranger = pageOf(ipc.ipcMain, 77, frame as object)
  const got: ToWindow[] = []
  stranger.onMessage((message) => got.push(message))
  stranger.post({ id: 1, call: 'app.info', input: undefined })
  // One of ours that asks later has its answer, so the stranger's would have come.
  const own = pageOf(ipc.ipcMain, 78)
  const answered = new Promise((done) => own.onMessage(done))
  own.post({ id: 1, call: 'app.info', input: undefined })
  expect(await answered).toMatchObject({ id: 1, ok: true, value: { host: 'desktop' } })
  expect(got).toEqual([])
  expect(ipc.windows()).toBe(1)
})

test('a page that begins anew has one connection, and the old one is silent', async () => {
  await using ipc = await openIpc()
  const before = pageOf(ipc.ipcMain, 5)
  const first = new Promise((done) => before.onMessage(done))
  before.post({ id: 1, call: 'app.info', input: undefined })
  await first
  const after = pageOf(ipc.ipcMain, 5)
  const second = new Promise((done) => after.onMessage(done))
  after.post({ id: 1, call: 'app.info', input: undefined })
  expect(await second).toMatchObject({ id: 1, ok: true })
  expect(ipc.windows()).toBe(1)
})
