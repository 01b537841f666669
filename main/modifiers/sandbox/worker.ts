/**
 * The thread in which a modifier runs, with all its flows. It reaches the engine by one socket, and nothing else of the
 * outside; the modifier reaches neither. Everything below is evaluated under lockdown.
 */
import { chunkCame } from './sweep.ts' // before lockdown
import { clock } from './lockdown.ts'
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { copyOf, FramePort, FrameReader, frameType, number32, toWorker } from '../frames/index.ts'
import { thrown } from './flows/thrown.ts'
import { escapes } from './guard/escapes.ts'
import { Flows } from './flows/flows.ts'
import { permissionProblem } from './guard/permission.ts'
import type { FromWorkerThread, ToWorkerThread, WorkerStart } from './start.ts'

const pulseMs = 20
/** One look counts for no more: while the machine slept, nobody was hung. */
const longestLookMs = 100
const tellMs = 250

const watchdog = parentPort
if (!watchdog) throw new Error('worker.ts is for a thread')
// Its type is a promise of watchdog.ts, the only one who starts this.
const start = workerData as WorkerStart
let { hangMs } = start

const say = (message: FromWorkerThread): void => watchdog.postMessage(message)
watchdog.on('message', (message: ToWorkerThread) => (hangMs = message.hangMs))

// What nobody of the modifier's has caught ends all of it: its state is not what it was written for.
for (const event of ['unhandledRejection', 'uncaughtException'] as const)
  process.on(event, (error: unknown) => say({ fatal: thrown(error) }))

const port = new FramePort()
const pulse = new Int32Array(start.pulse)
const flows = new Flows(
  port,
  (version) => (pulse[1] = version),
  (flow, text) => say({ log: { flow, text } }),
)
const reader = new FrameReader(
  toWorker,
  (type, channel, bytes, from, to, own) => {
    // In this order for speed: most frames are chunks.
    if (type === frameType.chunk) {
      chunkCame(to - from)
      flows.chunk(channel, own ? bytes : copyOf(bytes, from, to))
    } else if (type === frameType.credit) flows.credit(channel, number32(bytes, from))
    else flows.command(type, channel, bytes.subarray(from, to))
  },
  { fresh: true },
)
const memory = new Uint8Array(256 * 1024)
const socket = connect({
  path: start.socket,
  onread: {
    buffer: memory,
    callback: (length) => {
      reader.feed(memory, length)
      return true
    },
  },
})
socket.on('connect', () => port.attach(socket))
socket.on('error', () => undefined)
socket.on('close', () => {
  port.close()
  say({ fatal: { code: 'MODIFIER_LOST', text: 'its socket was closed' } })
})

port.text(frameType.hello, 0, start.token)
port.json(frameType.ready, 0, readiness())
say({ ready: true })

let lookedAt = clock.ms()
setInterval(() => {
  Atomics.add(pulse, 0, 1)
  const now = clock.ms()
  flows.lookForHangs(Math.min(now - lookedAt, longestLookMs), hangMs)
  lookedAt = now
}, pulseMs)
setInterval(() => flows.tell(), tellMs)

/** Why modifiers must not run here, if there is a reason. */
function readiness(): { problem: string | undefined; permission: boolean } {
  const ways = escapes(flows.library, Uint8Array.of(1, 2, 3).slice(1, 2))
  const problem =
    ways.length > 0
      ? `on this runtime a modifier could leave its sandbox by ${ways.join(', ')}`
      : permissionProblem(start.permission)
  return { problem, permission: start.permission && problem === undefined }
}
