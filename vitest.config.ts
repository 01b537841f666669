import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { electronBinary } from './tools/electron-binary.ts'

// What tests start compiles the same files again and again: the program from its sources, TypeScript, test workers.
process.env['NODE_COMPILE_CACHE'] ??= resolve('node_modules/.cache/compiled')

const house = '{app,fuzz,main,renderer,tools}/**/*.test.ts'
const load = 'e2e/specs/load-*.spec.ts'
/** A worker of their own for those that put another module in the place of one, or look at what their process takes. */
const apart = [
  'main/proxy/origin/dial.test.ts',
  'main/proxy/reads/torture.test.ts',
  'main/modifiers/{bombs,speed}.test.ts',
]
/** They say the same of the window in a browser's tab and in the desktop app (e2e/fixtures/anywhere.ts). */
const anywhere = 'e2e/specs/window-{accessibility,capture,columns,hostile,keyboard,settings,small,streams}.spec.ts'
const onElectron = {
  extends: true as const,
  test: { name: 'electron', include: [anywhere], env: { SPILLWAY_WINDOW: 'electron' } },
}

export default defineConfig({
  test: {
    pool: 'forks',
    // Most tests wait for others: with two workers, two cores were in use to two thirds.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // An end to what hangs; what is only slow, on a machine that is busy, is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A poll ends as soon as it holds; a machine that is busy for a while is no failure.
    expect: { poll: { timeout: 20_000 } },
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'apart', include: apart } },
      // Files share a worker: to start one, and to load in it what the last one had loaded, costs more than most of them.
      { extends: true, test: { name: 'house', include: [house], exclude: apart, isolate: false } },
      { extends: true, test: { name: 'e2e', include: ['{e2e,faults}/**/*.spec.ts'], exclude: [load], isolate: false } },
      ...(electronBinary() === undefined ? [] : [onElectron]),
      // Last and one at a time: they compare speeds, and nothing else may take the processor meanwhile.
      {
        extends: true,
        test: { name: 'load', include: [load], fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
