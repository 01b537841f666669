/**
 * `npm run dist:check`: what can be known of the packages without Electron's binary. The configuration goes through
 * electron-builder's own schema; electron-builder itself packs the app around a placeholder of the binary; and the asar
 * that comes out holds our bundle and nothing else, within its budget. Behind `npm run build`.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, Platform, type Configuration } from 'electron-builder'

/**
 * Bytes. Three quarters are TypeScript, once for what compiles modifiers and once, with its library's types, for their
 * editor; something large has come along when it is exceeded.
 */
const budget = 12 * 1024 * 1024
const needed = [
  'dist/desktop/main.js',
  'dist/desktop/engine-worker.js',
  'dist/preload/preload.cjs',
  'dist/compiler/compile-worker.cjs',
  'dist/sandbox/watchdog.js',
  'dist/sandbox/worker.cjs',
  'dist/renderer/index.html',
  'package.json',
]
const allowed = /^(?:package\.json|dist(?:\/(?:desktop|preload|renderer|compiler|sandbox|starters)(?:\/.*)?)?)$/

// electron-builder brings both and shows neither.
const require = createRequire(createRequire(import.meta.url).resolve('electron-builder'))
const builderConfig = require('app-builder-lib/out/util/config/config') as {
  getConfig(folder: string, file: string, given: null): Promise<Configuration>
  validateConfiguration(configuration: Configuration, log: { isEnabled: boolean }): Promise<void>
}
const asar = createRequire(require.resolve('app-builder-lib/package.json'))('@electron/asar') as {
  listPackage(file: string, options: { isPack: boolean }): string[]
  extractFile(file: string, path: string): Buffer
  statFile(file: string, path: string): { size?: number; files?: object }
}

const faults: string[] = []

const configuration = await builderConfig.getConfig(process.cwd(), 'electron-builder.yml', null)
await builderConfig.validateConfiguration(configuration, { isEnabled: false })
for (const platform of ['mac', 'win', 'linux'] as const) {
  const icon = configuration[platform]?.icon
  if (typeof icon !== 'string' || !existsSync(icon)) faults.push(`${platform}: its icon ${String(icon)} is not there`)
}
const { runAsNode, enableNodeCliInspectArguments, enableNodeOptionsEnvironmentVariable, onlyLoadAppFromAsar } =
  configuration.electronFuses ?? {}
const doors = [runAsNode, enableNodeCliInspectArguments, enableNodeOptionsEnvironmentVariable]
if (doors.some((open) => open !== false) || !onlyLoadAppFromAsar) faults.push('electronFuses: a door of Node is open')
const { main } = JSON.parse(readFileSync('package.json', 'utf8')) as { main?: string }
if (main !== needed[0])
  faults.push(`"main" of package.json is ${String(main)}, which is not what Electron has to start`)

const folder = mkdtempSync(join(tmpdir(), 'spillway-dist-check-'))
try {
  const output = join(folder, 'out')
  await build({
    targets: Platform.LINUX.createTarget('dir'),
    publish: 'never',
    // A placeholder has no fuses to burn.
    config: { ...configuration, electronDist: placeholder(), electronFuses: null, directories: { output } },
  })
  inspect(join(output, 'linux-unpacked/resources/app.asar'))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const fault of faults) console.error(fault)
process.exit(faults.length === 0 ? 0 : 1)

/** As much of Electron's distribution as packing touches. */
function placeholder(): string {
  const dist = join(folder, 'electron')
  mkdirSync(join(dist, 'resources'), { recursive: true })
  mkdirSync(join(dist, 'locales'))
  for (const file of ['electron', 'LICENSE', 'LICENSES.chromium.html', 'version', 'locales/en-US.pak']) {
    writeFileSync(join(dist, file), '', { mode: 0o755 })
  }
  return dist
}

function inspect(file: string): void {
  const paths = asar.listPackage(file, { isPack: false }).map((path) => path.replaceAll('\\', '/').replace(/^\//, ''))
  for (const path of paths) if (!allowed.test(path)) faults.push(`the asar has ${path}, which is not ours to ship`)
  for (const path of needed) if (!paths.includes(path)) faults.push(`the asar lacks ${path}`)
  const packed = JSON.parse(asar.extractFile(file, 'package.json').toString()) as { main?: string; type?: string }
  if (packed.main !== needed[0] || packed.type !== 'module')
    faults.push('the packed package.json starts something else')
  if (existsSync(`${file}.unpacked`)) faults.push('something lies beside the asar, where nobody checks its integrity')
  const { size } = statSync(file)
  if (size > budget) faults.push(`the asar has ${size} bytes; the budget is ${budget}`)
  const files = paths.filter((path) => asar.statFile(file, path).files === undefined)
  console.log(`app.asar: ${files.length} files, ${Math.round(size / 1024)} kB of ${Math.round(budget / 1024)}`)
}
