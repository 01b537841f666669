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

type Rules = { forbidden: unknown[]; options: object }
// The configuration is CommonJS because dependency-cruiser's own command line reads it as well.
const rules = createRequire(import.meta.url)('./layers.cjs') as Rules

async function look(folder: string, roots: string[]): Promise<ICruiseResult> {
  const options = { ...rules.options, baseDir: folder, validate: true, ruleSet: { forbidden: rules.forbidden } }
  const result = await cruise(roots, options as never, undefined, { tsConfig: extractTSConfig('tsconfig.json') })
  if (typeof result.output === 'string') throw new Error('dependency-cruiser answered with text')
  return result.output
}

/** A tree with one wrong import in each place that matters; every rule named here must fire. */
async function plantedViolations(): Promise<string[]> {
  const folder = mkdtempSync(join(resolve('node_modules'), '.layers-'))
  try {
    const plant = (path: string, text: string): void => {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    plant('app/headless/a.ts', "import '../../main/proxy/b.ts'\n")
    plant('main/proxy/b.ts', 'export const b = 1\n')
    plant('main/http1/c.ts', "import '../proxy/b.ts'\nimport 'node:net'\n")
    plant('main/model/d.ts', "import 'node:fs'\nimport '../../app/headless/a.ts'\n")
    plant('app/host/f.ts', "import '../headless/a.ts'\n")
    plant('app/web/g.ts', "import '../headless/a.ts'\n")
    plant('renderer/e.ts', "import '../main/proxy/b.ts'\n")
    plant('renderer/ui/h.ts', "import '../views/i.ts'\n")
    plant('renderer/views/i.ts', 'export const i = 1\n')
    symlinkSync(resolve('tsconfig.json'), join(folder, 'tsconfig.json'))
    const found = await look(folder, ['app', 'main', 'renderer'])
    const fired = new Set(found.summary.violations.map((violation) => violation.rule.name))
    const due = ['one-door', 'main-http1', 'codec-is-sans-io', 'model-is-pure', 'main-knows-no-app']
    due.push('renderer-imports-contract-only', 'window-knows-no-view', 'host-stands-below-hosts', 'web-stands-on-host')
    return due.filter((name) => !fired.has(name))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const silent = await plantedViolations()
if (silent.length > 0) {
  console.error(`The layer check is blind: planted violations of ${silent.join(', ')} were not seen.`)
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
