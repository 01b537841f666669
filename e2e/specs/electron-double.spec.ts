/**
 * The shell, compiled against the double in place of Electron: a member that the shell uses and the double lacks, or
 * has with other types, does not compile here. Electron's own types stay what the double is held to.
 */
import { resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const double = resolve(root, 'e2e/electron-double/electron.ts')
const types = resolve(root, 'node_modules/electron/electron.d.ts')

/** What TypeScript has to say. `more`: a further file, as if it were in app/desktop. */
function compile(more?: string): string[] {
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object }
  }
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root)
  options.incremental = false
  delete options.tsBuildInfoFile
  options.paths = { electron: [double] }
  const host = ts.createCompilerHost(options)
  const planted = resolve(root, 'app/desktop/planted.ts')
  const given = ts.createCompilerHost(options)
  host.fileExists = (file) => (more !== undefined && file === planted) || given.fileExists(file)
  host.readFile = (file) => {
    if (file === planted) return more
    const text = given.readFile(file)
    // An ambient module would win over the path of the double.
    return file === types
      ? text?.replaceAll(/declare module 'electron(?=['/])/g, "declare module 'real-electron")
      : text
  }
  const files = [resolve(root, 'app/desktop/main.ts'), resolve(root, 'app/preload/preload.ts'), types]
  const program = ts.createProgram(more === undefined ? files : [...files, planted], options, host)
  const ours = program.getSourceFiles().filter(({ fileName }) => /\/app\/(?:desktop|preload)\//.test(fileName))
  expect(ours.length).toBeGreaterThan(10)
  return ours
    .flatMap((file) => [...program.getSemanticDiagnostics(file), ...program.getSyntacticDiagnostics(file)])
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

test('the shell and the preload compile against the double', { timeout: 60_000 }, () => {
  expect(compile()).toEqual([])
})

test('what the double lacks does not compile', { timeout: 60_000 }, () => {
  const lacking = compile("import { app, powerMonitor } from 'electron'\napp.getLocale()\nvoid powerMonitor\n")
  expect(lacking).toHaveLength(2)
  expect(lacking.join('\n')).toMatch(/powerMonitor/)
  expect(lacking.join('\n')).toMatch(/getLocale/)
})
