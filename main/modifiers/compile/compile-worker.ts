/** The compiler's thread: TypeScript is loaded here and nowhere else, because it is large and seldom needed. */
import { parentPort } from 'node:worker_threads'
import { transpile } from './transpile.ts'

const port = parentPort
if (!port) throw new Error('compile-worker.ts is for a thread')
// Its type is a promise of compiler.ts, the only one who starts this.
port.on('message', ({ id, source }: { id: number; source: string }) => {
  port.postMessage({ id, result: transpile(source) })
})
