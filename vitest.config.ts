import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { electronBinary } from './tools/electron-binary.ts'

// What tests start compiles the same files again and again: the program from its sources, TypeScript, test workers.
process.env['NODE_COMPILE_CACHE'] ??= resolve('node_modules/.cache/compiled')

const load = 'e2e/specs/load-*.spec.ts'
/** Rooms without a socket, a process or a thread: their files share a worker, whose start costs more than most of them. */
const pure = '{app/contract,main/{model,rules,websocket,http1}}/**/*.test.ts'
/** They say the same of the window in a browser's tab and in the desktop app (e2e/fixtures/anywhere.ts). */
const anywhere = 'e2e/specs/window-{accessibility,capture,columns,hostile,keyboard,settings,small,streams}.spec.ts'
const onElectron = {
  extends: true as const,
  test: { name: 'electron', include: [anywhere], env: { SPILLWAY_WINDOW: 'electron' } },
}

export default defineConfig({
  test: {
    pool: 'forks',
    // Most tests wait for others: with one worker, as on two cores by default, they would take twice as long.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // An end to what hangs; what is only slow, on a machine that is busy, is no failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A poll ends as soon as it holds; a machine that is busy for a second is no failure.
    expect: { poll: { timeout: 10_000 } },
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'pure', include: [pure], isolate: false } },
      {
        extends: true,
        test: { name: 'house', include: ['{app,fuzz,main,renderer,tools}/**/*.test.ts'], exclude: [pure] },
      },
      { extends: true, test: { name: 'e2e', include: ['{e2e,faults}/**/*.spec.ts'], exclude: [load] } },
      ...(electronBinary() === undefined ? [] : [onElectron]),
      // Last and one at a time: they compare speeds, and nothing else may take the processor meanwhile.
      {
        extends: true,
        test: { name: 'load', include: [load], fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
