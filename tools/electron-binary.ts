/**
 * Where Electron's binary is. Never by importing electron: that starts a download. Its package says where it has put
 * the binary in path.txt, and ELECTRON_OVERRIDE_DIST_PATH names another folder.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const usual: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
}

/** The folder of the npm package; undefined: it is not installed. */
export function electronPackage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return undefined
  }
}

/** Undefined: it is not there. */
export function electronBinary(): string | undefined {
  const folder = electronPackage()
  if (folder === undefined) return undefined
  const note = join(folder, 'path.txt')
  const name = existsSync(note) ? readFileSync(note, 'utf8').trim() : (usual[process.platform] ?? 'electron')
  const file = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] || join(folder, 'dist'), name)
  return existsSync(file) ? file : undefined
}
