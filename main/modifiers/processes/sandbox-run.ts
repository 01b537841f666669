import type { Socket } from 'node:net'
import { FramePort, FrameReader, frameType, fromWatchdog, fromWorker, type OnFrame } from '../frames/index.ts'
import type { LaunchSandbox, SandboxProcess } from '../modifier.ts'
import { readInto } from '../../reads/user-buffer.ts'
import { startVariable, type SandboxLimits, type SandboxStart } from '../sandbox/start.ts'
import { asFault, asReadiness, lost, type CheckedFault } from './answers.ts'
import { meet, type Joined, type Meeting } from './connect-sandbox.ts'

/** For starting, connecting and the self-test, on a machine that is busy. */
const startMs = 20_000
/** What it has said before it ended is read, for no longer than this. */
const lastWordsMs = 300
/** Bytes of one read of its frames. */
const readSize = 256 * 1024
/** Times of `look` without a sign of life. */
const mostSilent = 4

export type RunOwner = {
  /** A frame of its worker. What it throws ends the process. */
  onFrame: OnFrame
  /** All frames of one read have been told. */
  onEndOfRead(): void
  /** The self-test is over: modifiers may run here, or a sentence why not. */
  onReady(problem: string | undefined): void
  /** Once, whatever the reason; undefined: it was ended. Nothing is told after it. */
  onOver(fault: CheckedFault | undefined): void
}

/** One sandbox process, from its start to its end. Frames may be sent at once. */
export class SandboxRun {
  readonly port = new FramePort()
  readonly #control = new FramePort()
  readonly #launch: LaunchSandbox
  readonly #owner: RunOwner
  #limits: SandboxLimits
  #process: SandboxProcess | undefined
  #meeting: Meeting | undefined
  #sockets: Socket[] = []
  #over = false
  /** Why it is ended, as it says itself. */
  #reason: CheckedFault | undefined
  #late: NodeJS.Timeout | undefined
  #beaten = true
  #silent = 0
  #connected = false
  readonly #started: Promise<void>

  constructor(launch: LaunchSandbox, limits: SandboxLimits, owner: RunOwner) {
    this.#launch = launch
    this.#limits = limits
    this.#owner = owner
    this.#started = this.#start()
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  limit(limits: SandboxLimits): void {
    this.#limits = limits
    this.#control.json(frameType.limits, 0, limits)
    this.#control.send()
  }

  /**
   * To be called every 500 ms. Counts calls, not time: when this process itself was suspended, or too busy to listen,
   * nobody else was silent.
   */
  look(): void {
    if (!this.#connected) return
    this.#silent = this.#beaten ? 0 : this.#silent + 1
    this.#beaten = false
    if (this.#silent >= mostSilent) this.#end(lost('its watchdog was silent for 2 s'))
  }

  /** Ends it; nothing is told but `onOver`, at once. */
  end(): void {
    this.#end(undefined)
  }

  /** Resolves when it has left nothing on the disk. To be asked when it is over. */
  async gone(): Promise<void> {
    await this.#started
    await this.#meeting?.close()
  }

  async #start(): Promise<void> {
    this.#late = setTimeout(() => this.#end(lost('it did not start in time')), startMs)
    try {
      const meeting = (this.#meeting = await meet())
      if (this.#over) return
      const start: SandboxStart = { ...meeting.invitation, limits: this.#limits }
      this.#process = this.#launch({ [startVariable]: JSON.stringify(start) })
      this.#process.onExit(() => this.#exits())
      const control = await meeting.control
      this.#join(control, new FrameReader(fromWatchdog, this.#onControl), false, () => undefined)
      this.#control.attach(control.socket)
      const data = await meeting.data
      this.#join(data, new FrameReader(fromWorker, this.#onData), true, () => this.#owner.onEndOfRead())
      this.port.attach(data.socket)
      void meeting.close()
      this.#connected = true
    } catch (error) {
      this.#end(lost(error instanceof Error ? error.message : String(error)))
    }
  }

  #join({ socket, rest }: Joined, reader: FrameReader, lent: boolean, endOfRead: () => void): void {
    this.#sockets.push(socket)
    if (this.#over) socket.destroy()
    const take = (bytes: Buffer): void => {
      if (this.#over) return
      try {
        reader.feed(bytes)
        endOfRead()
      } catch (error) {
        this.#end(lost(error instanceof Error ? error.message : String(error)))
      }
    }
    socket.on('close', () => this.#exits())
    if (rest.length > 0) take(rest)
    // All that is taken is lent, so one buffer serves; new memory for each read costs a third of the whole transport.
    const buffer = lent && Buffer.allocUnsafeSlow(readSize)
    const took = (length: number): boolean => {
      if (buffer) take(buffer.subarray(0, length))
      return true
    }
    if (!buffer || !readInto(socket, () => buffer, took)) socket.on('data', take)
    socket.resume()
  }

  readonly #onControl: OnFrame = (type, channel, bytes, from, to) => {
    if (type === frameType.beat) this.#beaten = true
    else if (type === frameType.report) this.#reported(asFault(bytes, from, to))
    else if (type === frameType.log) this.#owner.onFrame(type, channel, bytes, from, to, false)
  }

  readonly #onData: OnFrame = (type, channel, bytes, from, to, own) => {
    if (type !== frameType.ready) {
      this.#owner.onFrame(type, channel, bytes, from, to, own)
      return
    }
    clearTimeout(this.#late)
    this.#owner.onReady(asReadiness(bytes, from, to))
  }

  /**
   * It is ended at once, but what it has said before is heard: it may have come together with the report, on a socket
   * that is read after this one.
   */
  #reported(fault: CheckedFault): void {
    if (this.#reason) return
    this.#reason = fault
    this.port.close()
    this.#process?.kill()
    this.#exits()
  }

  /** It has ended, or is about to. Why, it may have said already; that is read first. */
  #exits(): void {
    if (this.#over) return
    clearTimeout(this.#late)
    const gone = this.#reason ?? lost('its process ended')
    const all = this.#sockets.length === 2 && this.#sockets.every(({ destroyed }) => destroyed)
    if (all) this.#end(gone)
    else this.#late = setTimeout(() => this.#end(gone), lastWordsMs)
  }

  #end(fault: CheckedFault | undefined): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#late)
    this.port.close()
    this.#control.close()
    for (const socket of this.#sockets) socket.destroy()
    this.#process?.kill()
    void this.#meeting?.close()
    this.#owner.onOver(fault && (this.#reason ?? fault))
  }
}
