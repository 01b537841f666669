/** `npm run build`: bundles every host and the window into dist/, so that what runs needs no node_modules. */
import { chmodSync, cpSync, rmSync, statSync } from 'node:fs'
import react from '@vitejs/plugin-react'
import { build as buildWithVite } from 'vite'
import { bundle, bundleSandbox } from './bundle.ts'

async function headless(): Promise<string> {
  const dir = 'dist/headless'
  await bundle({ input: { spillway: 'app/headless/spillway.ts' }, dir, format: 'esm', banner: '#!/usr/bin/env node' })
  chmodSync(`${dir}/spillway.js`, 0o755)
  return `${dir}/spillway.js ${Math.round(statSync(`${dir}/spillway.js`).size / 1024)} kB`
}

/** The desktop app: main process, engine's thread, and the preload, which is CommonJS because it runs sandboxed. */
async function desktop(): Promise<string> {
  const external = /^(?:node:|electron$)/
  const main = { main: 'app/desktop/main.ts', 'engine-worker': 'app/engine-thread/engine-worker.ts' }
  await bundle({ input: main, dir: 'dist/desktop', format: 'esm', external })
  await bundle({ input: { preload: 'app/preload/preload.ts' }, dir: 'dist/preload', format: 'cjs', external })
  return 'dist/desktop, dist/preload'
}

/** What both hosts have beside themselves: modifiers' compiler, the process in which they run, and some to begin from. */
async function modifiers(): Promise<string> {
  const input = { 'compile-worker': 'main/modifiers/compile/compile-worker.ts' }
  // TypeScript is CommonJS, and asks for the name of its file.
  await bundle({ input, dir: 'dist/compiler', format: 'cjs', mangle: true })
  await bundleSandbox('dist/sandbox')
  cpSync('assets/modifiers', 'dist/starters', { recursive: true, filter: (path) => !/\.(?:d|test)\.ts$/.test(path) })
  return 'dist/compiler, dist/sandbox, dist/starters'
}

/** The window. Whoever serves it replaces the placeholder by a nonce of its own for each answer. */
async function renderer(): Promise<string> {
  await buildWithVite({
    configFile: false,
    root: 'renderer',
    base: './',
    logLevel: 'warn',
    plugins: [react()],
    html: { cspNonce: '__CSP_NONCE__' },
    build: {
      outDir: '../dist/renderer',
      emptyOutDir: true,
      target: 'chrome140',
      modulePreload: { polyfill: false },
      // It comes from this machine; what is seldom needed is split off already.
      chunkSizeWarningLimit: 800,
      assetsInlineLimit: 0, // a font in a data: URL is against the window's policy
    },
  })
  return 'dist/renderer'
}

const started = performance.now()
rmSync('dist', { recursive: true, force: true })
const made = await Promise.all([headless(), desktop(), modifiers(), renderer()])
console.log(`${made.join(', ')} in ${Math.round(performance.now() - started)} ms`)
