/** The threads the app has started, so that a test can end one as a bug in it would. Before anything imports Node's. */
import { syncBuiltinESMExports } from 'node:module'
import threads, { type Worker } from 'node:worker_threads'

const running = new Set<Worker>()

threads.Worker = class extends threads.Worker {
  constructor(...given: ConstructorParameters<typeof Worker>) {
    super(...given)
    running.add(this)
    this.on('exit', () => running.delete(this))
  }
}
syncBuiltinESMExports()

export function failThreads(): void {
  for (const worker of running) void worker.terminate()
}
