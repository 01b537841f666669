/** For tests: the engine's thread, and it fails when a window says so. */
import { parentPort } from 'node:worker_threads'
import '../engine-worker.ts'

parentPort?.on('message', ({ message }: { message?: { fail?: true } }) => {
  if (message?.fail) throw new Error('planted')
})
