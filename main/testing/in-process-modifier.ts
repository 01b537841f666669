/**
 * Modifiers that run in the test's own process, for what concerns the engine alone: they keep the promises of
 * main/modifiers (copies, credit, nothing told within a call, what comes in one turn told in one go) without a sandbox.
 */
import type { HeadVerdict, ModifierExports, ModifierFailure, ModifierFlow } from '../model/modifier.ts'
import { ModifierError, type Modifier, type Stage, type StageOutput } from '../modifiers/index.ts'
import type { SetModifiers } from '../proxy/index.ts'

type Output = Uint8Array | string

export type Snippet = (chunks: AsyncIterable<Buffer>, flow: ModifierFlow) => AsyncIterable<Output> | Iterable<Output>

export type InProcess = {
  name?: string
  body?: Snippet
  readHead?: (flow: ModifierFlow) => HeadVerdict | Promise<HeadVerdict>
  decode?: boolean
  recode?: boolean
  matches?: (url: string) => boolean
}

const credit = 1024 * 1024

export class InProcessModifier implements Modifier {
  readonly name: string
  readonly file: string
  readonly version = 1
  readonly recode: boolean
  readonly exports: ModifierExports
  readonly matches: (url: string) => boolean
  /** Ids told to forget. */
  readonly forgotten: number[] = []
  /** Runs that have begun and not ended. */
  running = 0
  opened = 0
  readonly #snippet: Snippet | undefined
  readonly #readHead: InProcess['readHead']

  constructor({ name = 'test', body, readHead, decode = true, recode = false, matches = () => true }: InProcess) {
    this.name = name
    this.file = `/modifiers/${name}.ts`
    this.recode = recode
    this.matches = matches
    this.exports = { match: {}, transforms: body !== undefined, readsHead: readHead !== undefined, decode }
    this.#snippet = body
    this.#readHead = readHead
  }

  async readHead(flow: ModifierFlow): Promise<HeadVerdict> {
    try {
      return (await this.#readHead?.(flow)) ?? {}
    } catch (error) {
      throw new ModifierError(this.failure(error))
    }
  }

  open(flow: ModifierFlow, out: StageOutput): Stage {
    this.opened++
    this.running++
    return new InProcessStage(this, this.#snippet ?? ((chunks) => chunks), flow, out)
  }

  forget(id: number): void {
    this.forgotten.push(id)
  }

  failure(error: unknown): ModifierFailure {
    const message = `Modifier ${this.name} threw: ${error instanceof Error ? error.message : String(error)}`
    return { code: 'MODIFIER_THREW', message, file: this.file, line: 3, column: 7 }
  }
}

class InProcessStage implements Stage {
  readonly #modifier: InProcessModifier
  readonly #out: StageOutput
  readonly #input: Buffer[] = []
  #inputBytes = 0
  #full = false
  #ended = false
  /** Those before `#told` have gone out. */
  #output: Buffer[] = []
  #told = 0
  #outputBytes = 0
  #paused = false
  #cancelled = false
  #finish: (() => void) | undefined
  #timer: NodeJS.Immediate | undefined
  #wakeInput: () => void = () => undefined
  #wakeOutput: () => void = () => undefined

  constructor(modifier: InProcessModifier, snippet: Snippet, flow: ModifierFlow, out: StageOutput) {
    this.#modifier = modifier
    this.#out = out
    void this.#run(snippet, flow).finally(() => modifier.running--)
  }

  write(bytes: Uint8Array): boolean {
    this.#input.push(Buffer.from(bytes))
    this.#inputBytes += bytes.length
    this.#wakeInput()
    this.#full ||= this.#inputBytes >= credit
    return !this.#full
  }

  end(): void {
    this.#ended = true
    this.#wakeInput()
  }

  cancel(): void {
    this.#cancelled = true
    clearImmediate(this.#timer)
    this.#wakeInput()
    this.#wakeOutput()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#tellSoon()
  }

  async #run(snippet: Snippet, flow: ModifierFlow): Promise<void> {
    await Promise.resolve()
    try {
      for await (const value of snippet(this.#chunks(), flow)) {
        if (this.#cancelled) return
        if (value.length === 0) continue
        const bytes = Buffer.from(value)
        this.#output.push(bytes)
        this.#outputBytes += bytes.length
        this.#tellSoon()
        while (this.#outputBytes >= credit && !this.#isCancelled()) {
          await new Promise<void>((resolve) => (this.#wakeOutput = resolve))
        }
      }
      this.#finish = () => this.#out.end()
    } catch (error) {
      this.#finish = () => this.#out.fail(this.#modifier.failure(error))
    }
    this.#tellSoon()
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    for (;;) {
      while (this.#input.length === 0 && !this.#ended && !this.#cancelled) {
        await new Promise<void>((resolve) => (this.#wakeInput = resolve))
      }
      const chunk = this.#input.shift()
      if (this.#cancelled || !chunk) return
      this.#inputBytes -= chunk.length
      if (this.#full && this.#inputBytes < credit) {
        this.#full = false
        setImmediate(() => this.#cancelled || this.#out.drain())
      }
      yield chunk
    }
  }

  #tellSoon(): void {
    if (!this.#paused && !this.#cancelled) this.#timer ??= setImmediate(() => this.#tell())
  }

  #tell(): void {
    this.#timer = undefined
    // As if it came from another process: the memory is used again.
    while (!this.#paused && !this.#cancelled) {
      const bytes = this.#output[this.#told++]
      if (!bytes) break
      this.#outputBytes -= bytes.length
      this.#out.chunk(bytes)
      bytes.fill('!')
    }
    if (this.#cancelled) return
    // Not one by one: of a hundred thousand, each would move all that are left.
    this.#output.splice(0, this.#told)
    this.#told = 0
    this.#wakeOutput()
    if (this.#output.length === 0) this.#finish?.()
    if (!this.#isCancelled()) this.#out.endOfRead()
  }

  // A method, because the compiler does not know that a call lets others change the field.
  #isCancelled(): boolean {
    return this.#cancelled
  }
}

/** Those that are set, as a test wants them. */
export class InProcessModifiers implements SetModifiers {
  list: InProcessModifier[]
  loading: Promise<void> | undefined

  constructor(...list: InProcess[]) {
    this.list = list.map((one) => new InProcessModifier(one))
  }

  get empty(): boolean {
    return this.list.length === 0
  }

  matching({ path }: { path: string }): Modifier[] {
    return this.list.filter(({ matches }) => matches(path))
  }

  withheld(): string[] {
    return []
  }
}
