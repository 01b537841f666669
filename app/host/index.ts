/**
 * What every host with a window shares: the engine, its settings, and the contract's handlers over it. A host brings a
 * wire for each window (`connect`) and, where it has dialogs, a way to choose files; nothing else differs between a
 * browser tab and the desktop app.
 *
 * Promises: whatever comes over a wire is checked here and answered; a bug in a handler is an answer and a notice, never
 * the end of the process; a window that does not read costs a bounded backlog and nobody else anything; traffic waits for
 * no window longer than a few milliseconds.
 */
import { join, resolve } from 'node:path'
import { createEngine, type Engine, type LaunchSandbox } from '../../main/index.ts'
import type { Handlers, Output } from '../contract/contract.ts'
import type { Values } from '../contract/options.ts'
import type { ToWindow } from '../contract/wire.ts'
import { endedFlow } from './bodies/body-source.ts'
import { BodyPages } from './bodies/body-pages.ts'
import { Tails } from './bodies/tail.ts'
import { CaptureControl } from './capture.ts'
import { FlowFeed } from './flows/flow-feed.ts'
import { handlersOf } from './handlers.ts'
import type { Choose } from './save-file.ts'
import { Messages } from './messages/index.ts'
import { DryRuns } from './modifiers/dry-run/index.ts'
import { Modifiers } from './modifiers/index.ts'
import { LiveSettings } from './settings/live-settings.ts'
import { ServedWindow, type Window } from './window.ts'
import { Windows } from './windows.ts'

export type HostOptions = {
  /** The CA's folder when no other is set, and that of the settings file. */
  dataDir: string
  /** Another file than settings.json in dataDir. */
  settingsFile?: string | undefined
  /** Given on the command line or in the environment: these win, and cannot be changed from a window. */
  fixed: Values
  info: Output<'app.info'>
  /** Absent: windows save files themselves. The host writes to the place chosen; undefined: none was. */
  files?: { choose: Choose }
  /** Starts the processes that modifiers run in. Absent: there are none, and their panel says so. */
  launchSandbox?: LaunchSandbox | undefined
}

export type Host = {
  /** For the host's own use, e.g. to start the capture at once, or for a menu. */
  readonly handlers: Handlers
  /** For a log beside the windows. Its start, stop, clear, remove and update are for `handlers` alone. */
  readonly engine: Pick<Engine, 'flows' | 'running' | 'onFlow' | 'onNotice' | 'modifiers'>
  /**
   * One window over any wire. All windows are given the same objects, so `send` must not change them, and may encode one
   * once for all. `backlog`: bytes sent and not taken yet.
   */
  connect(send: (message: ToWindow) => void, backlog?: () => number): Window
  /** The proxy never connects to this address: one where the host itself listens. */
  shun(host: string, port: number): void
  /** What windows are told as a notice, or see of modifiers; returns how to stop listening. */
  onNotice(listener: (sentence: string) => void): () => void
  /** Ends the capture for good; running flows have `graceMs`. Windows are told, and then nothing more. Never rejects. */
  close(graceMs: number): Promise<void>
}

/** Rejects with EngineError when what was given from outside cannot be used. The capture is not started. */
export async function openHost({
  dataDir,
  settingsFile,
  fixed,
  info,
  files,
  launchSandbox,
}: HostOptions): Promise<Host> {
  const settings = await LiveSettings.open({
    dataDir,
    file: resolve(settingsFile ?? join(dataDir, 'settings.json')),
    fixed,
  })
  const engine = createEngine(settings.current, { launchSandbox, keyLog: process.env['SSLKEYLOGFILE'] })
  const windows = new Windows()
  engine.onNotice((sentence, about) => {
    // Windows see it in the rows, and know whether somebody is looking at them.
    if (about === undefined) windows.notice(sentence)
    else windows.noticeBeside(sentence)
  })
  const feed = new FlowFeed(engine)
  const bodies = new BodyPages(engine)
  const tails = new Tails(engine)
  const messages = new Messages(engine)
  const capture = new CaptureControl(
    engine,
    (state) => {
      windows.tell('capture', state)
      if (settings.captures(state.status !== 'stopped')) windows.tell('settings', settings.state)
    },
    (bug) => windows.bug(bug, 'capture.start'),
  )
  const applySettings = (): void => {
    engine.update(settings.current)
    windows.tell('settings', settings.state)
  }
  const modifiers = new Modifiers({
    engine,
    canRun: launchSandbox !== undefined,
    settings,
    applySettings,
    dataDir,
    onBug: windows.bug,
  })
  const dryRuns = new DryRuns(engine.modifiers, {
    flow: (id) => endedFlow(engine, id),
    decoded: (id, signal) => bodies.forModifier(id, signal),
  })
  const handlers = handlersOf({
    info,
    engine,
    capture,
    feed,
    bodies,
    tails,
    messages,
    settings,
    applySettings,
    modifiers,
    dryRuns,
    choose: files?.choose,
  })

  return {
    handlers,
    engine,
    connect(send, backlog) {
      const window = new ServedWindow(backlog ? { send, backlog } : { send }, handlers, windows.bug)
      windows.add(window)
      const ready = (): boolean => window.ready()
      const leaves = [
        feed.join({ ready, tell: (value) => window.tell({ event: 'flows', value }) }),
        modifiers.join({ ready, tell: (value) => window.tell({ event: 'modifiers', value }) }),
      ]
      return {
        receive: (message) => window.receive(message),
        close() {
          for (const leave of leaves) leave()
          windows.remove(window)
        },
      }
    },
    shun: (host, port) => engine.shun(host, port),
    onNotice: (listener) => windows.onNotice(listener),
    async close(graceMs) {
      // The second for the case that it is stopping already: the shorter time counts.
      await Promise.all([capture.stop(graceMs), engine.stop(graceMs)])
      feed.close()
      dryRuns.close()
      tails.close()
      bodies.forget()
      messages.forget()
      windows.close()
      // What a window has asked to be kept is kept, and nothing is written afterwards.
      await Promise.all([modifiers.close().then(() => settings.close()), engine.close(graceMs)])
    },
  }
}
