/**
 * `npm start`: the desktop app, and where that cannot be, the same window in a browser, with a sentence that says why.
 * Whatever stands behind `npm start --` is passed on. It never hangs: fetching Electron has nine seconds.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { electronBinary, electronPackage } from './electron-binary.ts'

const fetchMs = 9000
const missing =
  "Electron's binary is not here and could not be fetched (npx install-electron tries it without a time limit)"
const args = process.argv.slice(2)

if (args.some((arg) => arg === '--web' || arg.startsWith('--web=')))
  run(process.execPath, ['dist/headless/spillway.js'])
else {
  const binary = electronBinary() ?? (await fetched())
  const why = binary === undefined ? missing : unfit()
  if (binary !== undefined && why === undefined) run(binary, ['.'])
  else {
    console.log(`${why ?? missing}, so Spillway shows its window in your browser, at the address below.`)
    run(process.execPath, ['dist/headless/spillway.js', '--web'])
  }
}

/** Why Electron would end at once although it is there. */
function unfit(): string | undefined {
  if (process.platform !== 'linux') return undefined
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (!DISPLAY && !WAYLAND_DISPLAY) return 'There is no display for the desktop app'
  if (process.getuid?.() === 0) return "The desktop app's sandbox does not work for root"
  return undefined
}

/** Lets Electron's package fetch its binary. */
async function fetched(): Promise<string | undefined> {
  const folder = electronPackage()
  if (folder === undefined) return undefined
  const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: 'ignore' })
  const late = setTimeout(() => child.kill('SIGKILL'), fetchMs)
  await new Promise((resolve) => child.on('close', resolve).on('error', resolve))
  clearTimeout(late)
  return electronBinary()
}

/** Ends as the program ends. Signals are its to answer. */
function run(file: string, before: string[]): void {
  const child = spawn(file, [...before, ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void child.kill(signal))
  child.on('error', (error) => {
    console.error(`${file} cannot be started: ${error.message}`)
    process.exit(1)
  })
  child.on('close', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))
}
