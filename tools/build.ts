/** `npm run build`: bundles every host into dist/, so that what runs needs no node_modules. */
import { chmodSync, readFileSync, rmSync, statSync } from 'node:fs'
import { rolldown } from 'rolldown'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
const started = performance.now()
rmSync('dist', { recursive: true, force: true })

const bundle = await rolldown({
  input: { spillway: 'app/headless/spillway.ts' },
  platform: 'node',
  external: /^node:/,
  transform: { define: { __VERSION__: JSON.stringify(version) } },
  onLog(level, log) {
    if (level === 'warn') throw new Error(log.message)
  },
})
await bundle.write({
  dir: 'dist/headless',
  format: 'esm',
  minify: { compress: true, mangle: false },
  banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
})
await bundle.close()
chmodSync('dist/headless/spillway.js', 0o755)
const size = Math.round(statSync('dist/headless/spillway.js').size / 1024)
console.log(`dist/headless/spillway.js ${size} kB in ${Math.round(performance.now() - started)} ms`)
