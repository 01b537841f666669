import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundleSandbox } from '../../../tools/bundle.ts'
import { Compiler } from '../compile/compiler.ts'
import { childLauncher } from '../index.ts'
import type { LaunchSandbox } from '../modifier.ts'

let built: Promise<LaunchSandbox> | undefined
/** The tests of a file compile in one thread, which would otherwise end and start with each of them. */
let held: Compiler | undefined

/** Starts real sandbox processes, from the present sources as they are bundled for users. */
export function testLauncher(): Promise<LaunchSandbox> {
  held ??= new Compiler()
  return (built ??= build())
}

/** The folder is named after what is in it: those who test the same sources share it, and nobody has to clean up. */
async function build(): Promise<LaunchSandbox> {
  const cache = resolve('node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const made = mkdtempSync(join(cache, 'sandbox-new-'))
  await bundleSandbox(made)
  const hash = createHash('sha256')
  for (const name of readdirSync(made).sort()) hash.update(readFileSync(join(made, name)))
  const folder = join(cache, `sandbox-${hash.digest('hex').slice(0, 16)}`)
  try {
    renameSync(made, folder)
  } catch {
    // It is there.
    rmSync(made, { recursive: true })
  }
  return childLauncher(pathToFileURL(join(folder, 'watchdog.js')))
}
