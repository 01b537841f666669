/**
 * The sandbox process: this thread watches, and runs no user code. The worker beside it does. When the worker uses too
 * much memory, or its event loop stands still, this thread says why and ends the process; it also ends when the engine
 * closes the control socket or is gone. The engine in turn ends a process whose watchdog is silent.
 */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { parse } from 'node:path'
import { Worker } from 'node:worker_threads'
import { FramePort, FrameReader, frameType, toWatchdog } from '../frames/index.ts'
import { loopPlace } from './guard/loop-place.ts'
import {
  startVariable,
  type Fault,
  type FromWorkerThread,
  type SandboxLimits,
  type SandboxStart,
  type ToWorkerThread,
  type WorkerStart,
} from './start.ts'

const lookMs = 20
const beatMs = 250
/** One look counts for no more: while the machine slept, or this thread waited its turn, nobody was hung. */
const longestLookMs = 100

// Its type is a promise of the engine, the only one who starts this.
const start = JSON.parse(process.env[startVariable] ?? 'null') as SandboxStart | null
if (!start) {
  process.stderr.write('This is a part of Spillway, which starts it itself.\n')
  process.exit(2)
}
process.env = {}
let { limits } = start
let ending = false

const socket = connect(start.socket)
const port = new FramePort()
socket.on('connect', () => port.attach(socket))
socket.on('error', () => undefined)
// The engine is gone, or has no use for this process.
socket.on('close', () => die())
const reader = new FrameReader(toWatchdog, (_type, _channel, bytes, from, to) => {
  limits = JSON.parse(Buffer.from(bytes.subarray(from, to)).toString()) as SandboxLimits
  worker.postMessage({ hangMs: limits.hangMs } satisfies ToWorkerThread)
})
socket.on('data', (data: Buffer) => reader.feed(data))
port.text(frameType.hello, 0, start.control)
port.send()

const pulse = new Int32Array(new SharedArrayBuffer(8))
const permission = process.allowedNodeEnvironmentFlags.has('--permission')
const workerStart: WorkerStart = {
  socket: start.socket,
  token: start.data,
  hangMs: limits.hangMs,
  pulse: pulse.buffer,
  permission,
}
// A thread that is given its text may read the folder it was started in, whatever else it may not.
process.chdir(start.folder)
const execArgv = permission ? ['--permission'] : []
// Only newer runtimes count the worker's own socket among what needs permission.
if (process.allowedNodeEnvironmentFlags.has('--allow-net')) execArgv.push('--allow-net')
// Its text is handed over, as it may read no file, and this folder may be within an archive.
const worker = new Worker(readFileSync(new URL('./worker.cjs', import.meta.url), 'utf8'), {
  eval: true,
  env: {},
  execArgv: permission ? execArgv : [],
  workerData: workerStart,
  // Far above what is allowed, so that V8 does not end the process before it can be said why.
  resourceLimits: { maxOldGenerationSizeMb: 4096, stackSizeMb: 4 },
  name: 'modifier',
})

worker.on('online', () => process.chdir(parse(start.folder).root))

/** Resident memory when the worker began to wait for modifiers; unset until then. */
let baseline: number | undefined
worker.on('message', (message: FromWorkerThread) => {
  if ('fatal' in message) end(message.fatal)
  else if ('log' in message) {
    port.text(frameType.log, message.log.flow, message.log.text)
    port.send()
  } else baseline = process.memoryUsage.rss()
})
worker.on('error', (error: unknown) => {
  const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  end({ code: outOfMemory ? 'MODIFIER_MEMORY' : 'MODIFIER_LOST', text: String(error) })
})
worker.on('exit', (code) => end({ code: 'MODIFIER_LOST', text: `its thread ended with code ${code}` }))

let lastPulse = 0
let stillMs = 0
let lookedAt = performance.now()
let searching = false

setInterval(() => {
  const now = performance.now()
  const passed = Math.min(now - lookedAt, longestLookMs)
  lookedAt = now
  const rss = process.memoryUsage.rss()
  if (baseline !== undefined && rss - baseline > limits.memory)
    end({ code: 'MODIFIER_MEMORY', text: String(rss - baseline) })
  const beat = Atomics.load(pulse, 0)
  stillMs = beat === lastPulse ? stillMs + passed : 0
  lastPulse = beat
  // Before it is ready, the worker is busy with itself; the engine does not wait for ever.
  if (baseline !== undefined && stillMs > limits.hangMs) void loops()
}, lookMs)

setInterval(() => {
  port.frame(frameType.beat, 0)
  port.send()
}, beatMs)

async function loops(): Promise<void> {
  if (searching) return
  searching = true
  const stillAt = lastPulse
  const place = await loopPlace(worker)
  searching = false
  // It had only to wait for a processor.
  if (Atomics.load(pulse, 0) !== stillAt) return
  end({
    code: 'MODIFIER_HUNG',
    text: `does not come to an end: it has been in a loop for ${limits.hangMs / 1000} s`,
    version: Atomics.load(pulse, 1),
    ...place,
  })
}

/** The first reason counts. */
function end(fault: Fault): void {
  if (ending) return
  ending = true
  port.json(frameType.report, 0, fault)
  port.flush()
  // What was written is with the operating system now, unless the engine does not read; it will not for long.
  if (socket.writableLength === 0) die()
  else setTimeout(die, 500)
}

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  process.exit(1)
}
