import type { HeadVerdict, ModifierFlow } from '../../../model/modifier.ts'
import { contexts, type Context } from '../context.ts'
import type { Fault } from '../start.ts'
import { Activity } from './activity.ts'
import { thrown } from './thrown.ts'

type Field = [name: string, value: string]

export type HeadAnswer = { verdict: HeadVerdict; transform: ((...given: unknown[]) => unknown) | undefined }

/** One call of responseHead. Tells one answer or one fault, once. */
export class HeadRun implements Context {
  readonly flow: number
  readonly #onAnswer: (answer: HeadAnswer) => void
  readonly #onFault: (fault: Fault) => void
  readonly #activity = new Activity()
  over = false

  constructor(
    responseHead: (...given: unknown[]) => unknown,
    flow: ModifierFlow,
    onAnswer: (answer: HeadAnswer) => void,
    onFault: (fault: Fault) => void,
  ) {
    this.flow = flow.id
    this.#onAnswer = onAnswer
    this.#onFault = onFault
    void contexts.run(this, () => this.#run(responseHead, flow))
  }

  hangs(passedMs: number, hangMs: number): boolean {
    return !this.over && this.#activity.hangs(passedMs, hangMs)
  }

  fail(fault: Fault): void {
    if (this.#close()) this.#onFault(fault)
  }

  cancel(): void {
    this.#close()
  }

  failed(error: unknown): void {
    this.fail(thrown(error))
  }

  hold(wake: (cut: boolean) => void, onPurpose: boolean): () => void {
    return this.#activity.hold(wake, onPurpose)
  }

  async #run(responseHead: (...given: unknown[]) => unknown, flow: ModifierFlow): Promise<void> {
    try {
      this.#activity.asked()
      const { status, httpVersion, headers } = flow.response
      const head = { status, httpVersion, headers: headers.map((field): Field => [...field]) }
      const choice = await responseHead(head, flow)
      const answer = answerOf(choice, head, flow)
      if (!this.#close()) return
      if ('code' in answer) this.#onFault(answer)
      else this.#onAnswer(answer)
    } catch (error) {
      this.fail(thrown(error))
    }
  }

  #close(): boolean {
    if (this.over) return false
    this.over = true
    this.#activity.end(false)
    return true
  }
}

/** What came back, and what has become of the head. May throw what getters of the modifier throw. */
function answerOf(
  choice: unknown,
  head: { status: unknown; headers: unknown },
  flow: ModifierFlow,
): HeadAnswer | Fault {
  const verdict: HeadVerdict = {}
  const status = head.status
  if (status !== flow.response.status) {
    if (typeof status !== 'number') return fault('it set the status to what is no number')
    // The engine judges all others; JSON cannot tell it of these.
    if (!Number.isFinite(status)) return fault(`${status} is no status of a final response`)
    verdict.status = status
  }
  const headers = fieldsOf(head.headers)
  if (typeof headers === 'string') return fault(headers)
  if (JSON.stringify(headers) !== JSON.stringify(flow.response.headers)) verdict.headers = headers
  if (typeof choice === 'function') {
    verdict.choice = 'transform'
    return { verdict, transform: (...given) => Reflect.apply(choice, undefined, given) as unknown }
  }
  if (choice === 'stream' || choice === 'buffer') verdict.choice = choice
  else if (choice !== undefined && choice !== null)
    return fault('it must return "stream", "buffer", a generator function, or nothing')
  return { verdict, transform: undefined }
}

/** Copies of the fields, or what is wrong with them. */
function fieldsOf(headers: unknown): Field[] | string {
  if (!Array.isArray(headers)) return 'it set the headers to what is no array'
  const fields: Field[] = []
  for (const field of headers as unknown[]) {
    if (!Array.isArray(field) || field.length !== 2) return 'each of the headers must be a pair of name and value'
    const [name, value] = field as unknown[]
    if (typeof name !== 'string' || (typeof value !== 'string' && typeof value !== 'number'))
      return "a header's name and value must be text"
    fields.push([name, String(value)])
  }
  return fields
}

const fault = (text: string): Fault => ({ code: 'MODIFIER_HEAD', text })
