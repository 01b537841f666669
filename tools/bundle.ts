/** How what runs in Node or Electron is bundled: each into one folder, with nothing of node_modules left to find. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

type Target = {
  input: Record<string, string>
  dir: string
  format: 'esm' | 'cjs'
  external?: RegExp
  banner?: string
  /** Shorter names: for what is large, and whose stacks nobody reads. */
  mangle?: boolean
}

export async function bundle(target: Target): Promise<void> {
  const { input, dir, format, external = /^node:/, banner = '', mangle = false } = target
  const made = await rolldown({
    input,
    platform: 'node',
    external,
    transform: { define: { __VERSION__: JSON.stringify(version) } },
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message)
    },
  })
  const suffix = format === 'cjs' ? 'cjs' : 'js'
  await made.write({
    dir,
    format,
    minify: { compress: true, mangle },
    banner: (chunk) => (chunk.isEntry ? banner : ''),
    entryFileNames: `[name].${suffix}`,
    chunkFileNames: `[name]-[hash].${suffix}`,
  })
  await made.close()
}

const sandbox = new URL('../main/modifiers/sandbox/', import.meta.url)

/** The sandbox process: its watchdog, and the text of its worker, each in one file. Tests run what they bundle here. */
export async function bundleSandbox(dir: string): Promise<void> {
  const file = (name: string): string => fileURLToPath(new URL(`${name}.ts`, sandbox))
  await bundle({ input: { watchdog: file('watchdog') }, dir, format: 'esm' })
  // Hardened JavaScript insists on it.
  await bundle({ input: { worker: file('worker') }, dir, format: 'cjs', banner: "'use strict'" })
}
