import type { HeadVerdict, ModifierExports, ModifierFlow } from '../model/modifier.ts'
import { failureOf, type Compiled } from './failures.ts'
import { ModifierError, type Modifier, type Stage, type StageOutput } from './modifier.ts'
import type { Sandbox } from './processes/sandbox.ts'
import { headProblem } from './verdict.ts'

/** A version of a modifier that is applied, or was while a flow began with it. */
export class AppliedVersion implements Modifier {
  readonly name: string
  readonly file: string
  readonly version: number
  readonly exports: ModifierExports
  readonly recode: boolean
  readonly #compiled: Compiled
  readonly #sandbox: Sandbox
  readonly #uses: Uses

  constructor(made: {
    version: number
    recode: boolean
    exports: ModifierExports
    compiled: Compiled
    sandbox: Sandbox
    uses: Uses
  }) {
    this.name = made.compiled.name
    this.file = made.compiled.file
    this.version = made.version
    this.recode = made.recode
    this.exports = made.exports
    this.#compiled = made.compiled
    this.#sandbox = made.sandbox
    this.#uses = made.uses
  }

  async readHead(flow: ModifierFlow): Promise<HeadVerdict> {
    // A flow that asks will open or forget; until then this version is not let go.
    this.#uses.begin(this.version, flow.id)
    try {
      const verdict = await this.#sandbox.head(this.version, this.#compiled, flow)
      const text = headProblem(verdict)
      if (text === undefined) return verdict
      this.#sandbox.forget(flow.id)
      const fault = { code: 'MODIFIER_HEAD', text, version: undefined, line: undefined, column: undefined } as const
      throw new ModifierError(failureOf(fault, this.#compiled))
    } catch (error) {
      this.#uses.headFailed(this.version, flow.id)
      throw error
    }
  }

  open(flow: ModifierFlow, out: StageOutput): Stage {
    this.#uses.opened(this.version, flow.id)
    try {
      return this.#sandbox.open(this.version, this.#compiled, flow, out, this.exports.transforms)
    } catch (error) {
      if (!(error instanceof ModifierError)) throw error
      this.#uses.over(this.version, true)
      return failing(out, error)
    }
  }

  forget(id: number): void {
    this.#sandbox.forget(id)
    this.#uses.end(this.version, id)
  }
}

/** Who counts for which versions flows still run, or may begin. */
export type Uses = {
  begin(version: number, flow: number): void
  /** responseHead has failed, which counts as an error of the flow. */
  headFailed(version: number, flow: number): void
  end(version: number, flow: number): void
  opened(version: number, flow: number): void
  /** A flow that was opened has ended. */
  over(version: number, failed: boolean): void
}

/** A stage that could not be started says so later than it was opened. */
function failing(out: StageOutput, { failure }: ModifierError): Stage {
  let over = false
  queueMicrotask(() => {
    if (!over) out.fail(failure)
    over = true
  })
  return {
    write: () => true,
    end: () => undefined,
    cancel: () => (over = true),
    pause: () => undefined,
    resume: () => undefined,
  }
}
