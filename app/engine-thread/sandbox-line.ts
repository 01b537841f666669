/**
 * Sandbox processes for the engine's thread. The desktop app can start processes only from its main thread, so the
 * engine asks for them: one end of this is in its thread, the other beside the thread. A sandbox ends with the thread
 * that has asked for it, whatever becomes of either.
 */
import type { LaunchSandbox, SandboxProcess } from '../../main/index.ts'
import type { FromEngine, SandboxAnswer, SandboxOrder, ToEngine } from './thread-messages.ts'

/** In the engine's thread. */
export class AskedSandboxes {
  readonly #say: (message: SandboxOrder) => void
  readonly #asked = new Map<number, Asked>()
  #last = 0

  constructor(say: (message: SandboxOrder) => void) {
    this.#say = say
  }

  readonly launch: LaunchSandbox = (env) => {
    const number = ++this.#last
    const asked: Asked = { pid: undefined, ended: false, listeners: new Set() }
    this.#asked.set(number, asked)
    this.#say({ launch: number, env })
    return {
      get pid() {
        return asked.pid
      },
      kill: () => {
        if (!asked.ended) this.#say({ kill: number })
      },
      onExit(listener) {
        if (asked.ended) queueMicrotask(listener)
        else asked.listeners.add(listener)
      },
    }
  }

  /** False: the message is about something else. */
  take(message: ToEngine): message is SandboxAnswer {
    if ('launched' in message) {
      const asked = this.#asked.get(message.launched)
      if (asked) asked.pid = message.pid
      return true
    }
    if (!('ended' in message)) return false
    const asked = this.#asked.get(message.ended)
    this.#asked.delete(message.ended)
    if (!asked) return true
    asked.ended = true
    for (const listener of asked.listeners) listener()
    return true
  }
}

type Asked = { pid: number | undefined; ended: boolean; listeners: Set<() => void> }

/** What may run at a time, whatever a thread gone wrong asks for. */
const mostSandboxes = 16

/** Beside one thread; another thread has another of these. */
export class GivenSandboxes {
  readonly #launch: LaunchSandbox
  readonly #say: (message: SandboxAnswer) => void
  readonly #given = new Map<number, SandboxProcess>()
  #over = false

  /** `say`: to the thread; not called after `end`. */
  constructor(launch: LaunchSandbox, say: (message: SandboxAnswer) => void) {
    this.#launch = launch
    this.#say = say
  }

  /** False: the message is about something else. */
  take(message: FromEngine): message is SandboxOrder {
    if ('launch' in message) this.#begin(message.launch, message.env)
    else if ('kill' in message) this.#given.get(message.kill)?.kill()
    else return false
    return true
  }

  /** The thread is gone, and so are its sandboxes. */
  end(): void {
    this.#over = true
    for (const sandbox of this.#given.values()) sandbox.kill()
    this.#given.clear()
  }

  #begin(number: number, env: Record<string, string>): void {
    if (this.#over) return
    if (this.#given.size >= mostSandboxes) {
      this.#say({ ended: number })
      return
    }
    const sandbox = this.#launch(env)
    this.#given.set(number, sandbox)
    sandbox.onExit(() => {
      this.#given.delete(number)
      if (!this.#over) this.#say({ ended: number })
    })
    this.#say({ launched: number, pid: sandbox.pid })
  }
}
