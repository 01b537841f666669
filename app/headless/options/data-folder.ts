/** Where a program of this user keeps its data, by the custom of each system. */
import { posix, win32 } from 'node:path'
import type { Environment } from './environment.ts'

export type Machine = { platform: NodeJS.Platform; home: string; env: Environment }

/** The CA's folder when none is given. Relative XDG folders are ignored, as the XDG specification asks. */
export function dataFolder({ platform, home, env }: Machine): string {
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Spillway')
  if (platform === 'win32') return win32.join(env['APPDATA'] || win32.join(home, 'AppData', 'Roaming'), 'Spillway')
  const xdg = env['XDG_DATA_HOME'] ?? ''
  return posix.join(posix.isAbsolute(xdg) ? xdg : posix.join(home, '.local', 'share'), 'spillway')
}
