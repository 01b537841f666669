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

/** A further file, as if it were in app/desktop, which asks for what the double lacks. */
const planted = resolve(root, 'app/desktop/planted.ts')
const lacking = "import { app, powerMonitor } from 'electron'\napp.getLocale()\nvoid powerMonitor\n"

/** What TypeScript has to say of each of the shell's files, in one compilation. */
function compile(): Map<string, string[]> {
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object }
  }
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root)
  options.incremental = false
  delete options.tsBuildInfoFile
  options.paths = { electron: [double] }
  const host = ts.createCompilerHost(options)
  const given = ts.createCompilerHost(options)
  host.fileExists = (file) => file === planted || given.fileExists(file)
  host.readFile = (file) => {
    if (file === planted) return lacking
    const text = given.readFile(file)
    // An ambient module would win over the path of the double.
    return file === types
      ? text?.replaceAll(/declare module 'electron(?=['/])/g, "declare module 'real-electron")
      : text
  }
  const files = [resolve(root, 'app/desktop/main.ts'), resolve(root, 'app/preload/preload.ts'), types, planted]
  const program = ts.createProgram(files, options, host)
  const ours = program.getSourceFiles().filter(({ fileName }) => /\/app\/(?:desktop|preload)\//.test(fileName))
  const told = (file: ts.SourceFile): string[] =>
    [...program.getSemanticDiagnostics(file), ...program.getSyntacticDiagnostics(file)].map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, '\n'),
    )
  return new Map(ours.map((file) => [file.fileName, told(file)]))
}

test('the shell and the preload compile against the double, and what it lacks does not', { timeout: 120_000 }, () => {
  const told = compile()
  expect(told.size).toBeGreaterThan(11)
  const missing = told.get(planted)
  expect(missing).toHaveLength(2)
  expect(missing?.join('\n')).toMatch(/powerMonitor/)
  expect(missing?.join('\n')).toMatch(/getLocale/)
  told.delete(planted)
  expect([...told].filter(([, sentences]) => sentences.length > 0)).toEqual([])
})
