import { frameType, type FramePort } from '../../frames/index.ts'
import type { ModifierFlow } from '../../../model/modifier.ts'
import { ExportError, loadModule, type LoadedModule } from '../module.ts'
import { newLibrary, requireOf } from '../compartment.ts'
import type { Fault } from '../start.ts'
import { FlowRun } from './flow-run.ts'
import { HeadRun, type HeadAnswer } from './head-run.ts'
import { Logs, type TellOtherwise } from './logs.ts'
import { thrown } from './thrown.ts'
import { WorkTimes } from './work-times.ts'

type Transform = (...given: unknown[]) => unknown
type Opening = { version: number; flow: ModifierFlow; kept?: number; traced?: boolean }

/** Characters of a verdict. */
const longestVerdict = 512 * 1024

/** Everything a sandbox runs: versions of one modifier, calls of responseHead, flows. Does as the engine says. */
export class Flows {
  readonly library: object
  readonly #require: (name: unknown) => object
  readonly #port: FramePort
  readonly #running: (version: number) => void
  readonly #logs: Logs
  readonly #times = new WorkTimes()
  readonly #versions = new Map<number, LoadedModule>()
  readonly #flows = new Map<number, FlowRun>()
  readonly #heads = new Map<number, HeadRun>()
  /** Functions that responseHead returned, for flows that are not open yet. */
  readonly #kept = new Map<number, Transform>()

  /**
   * `running` is told which version's code is about to run, as often as that may have changed; `tellOtherwise` what was
   * logged while the port takes nothing.
   */
  constructor(port: FramePort, running: (version: number) => void, tellOtherwise: TellOtherwise) {
    this.#port = port
    this.#running = running
    this.#logs = new Logs(port, tellOtherwise)
    this.library = newLibrary((flow, text) => this.#logs.add(flow, text))
    this.#require = requireOf(this.library)
  }

  chunk(channel: number, bytes: Uint8Array): void {
    this.#flows.get(channel)?.chunk(bytes)
  }

  credit(channel: number, amount: number): void {
    this.#flows.get(channel)?.credit(amount)
  }

  /** Whatever is not done for every chunk. */
  command(type: number, channel: number, payload: Uint8Array): void {
    switch (type) {
      case frameType.load:
        this.#load(channel, read(payload) as { version: number; code: string })
        break
      case frameType.unload:
        this.#versions.delete(channel)
        break
      case frameType.head:
        this.#head(channel, read(payload) as Opening)
        break
      case frameType.forget:
        this.#kept.delete(channel)
        this.#heads.get(channel)?.cancel()
        this.#heads.delete(channel)
        break
      case frameType.open:
        this.#open(channel, read(payload) as Opening)
        break
      case frameType.end:
        this.#flows.get(channel)?.end()
        break
      case frameType.cancel:
        this.#flows.get(channel)?.cancel()
        break
    }
  }

  /** To be called often; `passedMs` since the last time. */
  lookForHangs(passedMs: number, hangMs: number): void {
    const hung = (what: string): Fault => ({ code: 'MODIFIER_HUNG', text: `hangs: ${what} for ${hangMs / 1000} s` })
    for (const run of this.#flows.values())
      if (run.hangs(passedMs, hangMs)) run.fail(hung('it has neither asked for a chunk nor yielded one'))
    for (const run of this.#heads.values())
      if (run.hangs(passedMs, hangMs)) run.fail(hung('its responseHead has not answered'))
  }

  /** To be called now and then. */
  tell(): void {
    this.#tellTimes()
    this.#logs.tellMissed()
  }

  #tellTimes(): void {
    if (!this.#times.fresh) return
    const median = this.#times.median()
    this.#port.floats(frameType.stats, 0, median, this.#times.worst)
    this.#port.send()
  }

  #load(channel: number, { version, code }: { version: number; code: string }): void {
    this.#running(version)
    try {
      const module = loadModule(version, code, this.#require)
      this.#versions.set(version, module)
      this.#say(frameType.loaded, channel, module.exports)
    } catch (error) {
      this.#fail(
        channel,
        error instanceof ExportError ? { code: 'MODIFIER_BROKEN', text: error.message } : thrown(error),
      )
    }
  }

  #head(channel: number, { version, flow }: Opening): void {
    const responseHead = this.#versions.get(version)?.responseHead
    if (!responseHead) {
      this.#fail(channel, missing)
      return
    }
    this.#running(version)
    const over = (): boolean => this.#heads.delete(channel)
    const answer = ({ verdict, transform }: HeadAnswer): void => {
      over()
      if (JSON.stringify(verdict).length > longestVerdict) {
        this.#fail(channel, { code: 'MODIFIER_HEAD', text: 'the head has become too large' })
        return
      }
      if (transform) this.#kept.set(channel, transform)
      this.#say(frameType.verdict, channel, verdict)
    }
    const fault = (fault: Fault): void => {
      over()
      this.#fail(channel, fault)
    }
    const run = new HeadRun(responseHead, harden(flow), answer, fault)
    if (!run.over) this.#heads.set(channel, run)
  }

  #open(channel: number, { version, flow, kept, traced = false }: Opening): void {
    const transform = kept === undefined ? this.#versions.get(version)?.transform : this.#kept.get(kept)
    if (kept !== undefined) this.#kept.delete(kept)
    if (!transform) {
      this.#fail(channel, missing)
      return
    }
    const told = harden(flow)
    const run = new FlowRun({
      channel,
      flow: flow.id,
      begin: (chunks) => transform(chunks, told),
      port: this.#port,
      times: this.#times,
      traced,
      onTurn: () => this.#running(version),
      onOver: () => {
        this.#flows.delete(channel)
        this.#tellTimes()
      },
    })
    if (!run.over) this.#flows.set(channel, run)
  }

  #fail(channel: number, fault: Fault): void {
    this.#say(frameType.fail, channel, fault)
  }

  #say(type: number, channel: number, value: unknown): void {
    this.#port.json(type, channel, value)
    this.#port.send()
  }
}

const missing: Fault = { code: 'MODIFIER_LOST', text: 'the sandbox does not know that function' }

/** The engine is trusted: it sends what is expected. */
function read(payload: Uint8Array): unknown {
  return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString())
}
