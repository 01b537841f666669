/** The one Chromium behind all windows of the double, with a profile of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kill, says, start, type Started } from '../fixtures/command.ts'
import { tool } from '../fixtures/tools.ts'
import { DevTools, type Session } from './devtools.ts'

/** As root it must do without its sandbox; on a closed network without everything it asks for by itself. */
const flags = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--disable-default-apps',
  '--remote-debugging-port=0',
  '--window-size=1360,860',
]

type Running = { started: Started; profile: string; address: string; devTools: DevTools; page: Session }
let running: Promise<Running> | undefined

/** The one page there is. Chromium is started when it is first asked for. */
export async function onlyPage(): Promise<Session> {
  return (await (running ??= begin())).page
}

/** Where another client of DevTools finds it, and the process group to end when this process cannot any more. */
export async function devTools(): Promise<{ address: string; group: number }> {
  const { address, started } = await (running ??= begin())
  return { address, group: started.child.pid ?? 0 }
}

async function begin(): Promise<Running> {
  const profile = mkdtempSync(join(tmpdir(), 'electron-double-'))
  const started = start(tool('headless'), [...flags, `--user-data-dir=${profile}`, 'about:blank'], { HOME: profile })
  const [, url = '', port = ''] = await says(started, /DevTools listening on (ws:\/\/127\.0\.0\.1:(\d+)\/\S+)/)
  const devTools = await DevTools.open(url)
  return { started, profile, address: `http://127.0.0.1:${port}`, devTools, page: await attach(devTools) }
}

/** Attached to the page it starts with. A window that a page opens is held before it loads anything, and closed. */
function attach(devTools: DevTools): Promise<Session> {
  const { browser } = devTools
  return new Promise((done, fail) => {
    browser.on('Target.attachedToTarget', ({ sessionId, targetInfo: { type, targetId }, waitingForDebugger }) => {
      const session = devTools.session(sessionId)
      if (type === 'page' && !waitingForDebugger) done(session)
      else if (type === 'page') void browser.send('Target.closeTarget', { targetId }).catch(() => undefined)
      else void session.send('Runtime.runIfWaitingForDebugger').catch(() => undefined)
    })
    const all = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }
    browser.send('Target.setAutoAttach', all).catch(fail)
  })
}

export async function endChromium(): Promise<void> {
  if (!running) return
  const { started, profile, devTools } = await running
  devTools.close()
  kill(started.child)
  await started.closed
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
}
