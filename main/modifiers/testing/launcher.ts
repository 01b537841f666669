import { mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundleSandbox } from '../../../tools/bundle.ts'
import { childLauncher } from '../index.ts'
import type { LaunchSandbox } from '../modifier.ts'

let built: Promise<LaunchSandbox> | undefined

/** Starts real sandbox processes, from the present sources as they are bundled for users. */
export function testLauncher(): Promise<LaunchSandbox> {
  return (built ??= build())
}

async function build(): Promise<LaunchSandbox> {
  const folder = mkdtempSync(join(resolve('node_modules'), '.sandbox-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await bundleSandbox(folder)
  return childLauncher(pathToFileURL(join(folder, 'watchdog.js')))
}
