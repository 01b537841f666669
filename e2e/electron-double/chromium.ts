/** The one Chromium behind all windows of the double, with a profile of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext } from '@playwright/test'
import { kill, says, start, type Started } from '../fixtures/command.ts'
import { tool } from '../fixtures/tools.ts'

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

type Running = { started: Started; profile: string; browser: Browser; address: string }
let running: Promise<Running> | undefined

/** Started when it is first asked for. */
export async function context(): Promise<BrowserContext> {
  const { browser } = await (running ??= begin())
  const [first] = browser.contexts()
  if (!first) throw new Error('Chromium has no context')
  return first
}

/** Where another client of DevTools finds it, and the process group to end when this process cannot any more. */
export async function devTools(): Promise<{ address: string; group: number }> {
  const { address, started } = await (running ??= begin())
  return { address, group: started.child.pid ?? 0 }
}

async function begin(): Promise<Running> {
  const profile = mkdtempSync(join(tmpdir(), 'electron-double-'))
  const started = start(tool('headless'), [...flags, `--user-data-dir=${profile}`, 'about:blank'], { HOME: profile })
  const [, port = ''] = await says(started, /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//)
  const address = `http://127.0.0.1:${port}`
  return { started, profile, address, browser: await chromium.connectOverCDP(address) }
}

export async function endChromium(): Promise<void> {
  if (!running) return
  const { started, profile, browser } = await running
  await browser.close().catch(() => undefined)
  kill(started.child)
  await started.closed
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
}
