/**
 * Runs the layer rules of tools/layers.cjs and refuses to be fooled: it fails when a planted violation goes
 * unnoticed, and when it has looked at no module (a resolver or parser that silently sees nothing reports
 * "no violations" too).
 */
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'

type Rules = { forbidden: { name: string }[]; options: object }
// The configuration is CommonJS because dependency-cruiser's own command line reads it as well.
const rules = createRequire(import.meta.url)('./layers.cjs') as Rules

async function look(folder: string, roots: string[]): Promise<ICruiseResult> {
  const options = { ...rules.options, baseDir: folder, validate: true, ruleSet: { forbidden: rules.forbidden } }
  const result = await cruise(roots, options as never, undefined, { tsConfig: extractTSConfig('tsconfig.json') })
  if (typeof result.output === 'string') throw new Error('dependency-cruiser answered with text')
  return result.output
}

/** A wrong import for each rule; a rule without one here is blind, too. A room of main/ reaches where none may. */
const planted: [path: string, text: string][] = [
  ['main/proxy/b.ts', "import '../index.ts'\n"],
  ...[
    'model',
    'http1',
    'rules',
    'certificates',
    'tls',
    'flows',
    'http2',
    'reads',
    'websocket',
    'modifiers',
    'streaming',
  ].map((room): [string, string] => [`main/${room}/a.ts`, "import '../proxy/b.ts'\nimport 'node:net'\n"]),
  ['main/index.ts', "import '../app/headless/a.ts'\nimport './tls/testing.ts'\nimport './nowhere.ts'\n"],
  ['main/tls/testing.ts', ''],
  ['main/modifiers/sandbox/a.ts', "import '../a.ts'\n"],
  ['main/modifiers/library/a.ts', "import 'node:net'\n"],
  ['app/headless/a.ts', "import '../../main/proxy/b.ts'\nimport './b.ts'\nimport 'electron'\n"],
  ['app/headless/b.ts', "import './a.ts'\n"],
  ['app/contract/a.ts', "import '../headless/a.ts'\n"],
  ['app/host/a.ts', "import '../headless/a.ts'\n"],
  ['app/web/a.ts', "import '../headless/a.ts'\n"],
  ['renderer/a.ts', "import '../main/proxy/b.ts'\n"],
  ['renderer/ui/a.ts', "import '../views/a.ts'\n"],
  ['renderer/views/a.ts', ''],
]

/** The rules that do not see what is planted for them. */
async function blindRules(): Promise<string[]> {
  const folder = mkdtempSync(join(resolve('node_modules'), '.layers-'))
  try {
    for (const [path, text] of planted) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    for (const file of ['tsconfig.json', 'package.json']) symlinkSync(resolve(file), join(folder, file))
    const found = await look(folder, ['app', 'main', 'renderer'])
    const fired = new Set(found.summary.violations.map((violation) => violation.rule.name))
    return rules.forbidden.map(({ name }) => name).filter((name) => !fired.has(name))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const silent = await blindRules()
if (silent.length > 0) {
  console.error(`The layer check is blind: nothing planted for ${silent.join(', ')} was seen.`)
  process.exit(1)
}
const { summary, modules } = await look(process.cwd(), ['app', 'main', 'renderer', 'e2e'])
const own = modules.filter((module) => /^(app|main|renderer|e2e)\//.test(module.source))
if (own.length === 0) {
  console.error('The layer check has looked at no module.')
  process.exit(1)
}
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} → ${to}`)
if (summary.violations.length > 0) process.exit(1)
console.log(`layers: ${own.length} modules, no violation`)
