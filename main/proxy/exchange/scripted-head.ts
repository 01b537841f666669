import { STATUS_CODES } from 'node:http'
import { isFieldName, isFieldValue, type ResponseHead } from '../../http1/index.ts'
import { ModifierError, type Modifier } from '../../modifiers/index.ts'
import type { HeadVerdict } from '../../model/modifier.ts'

type Field = [name: string, value: string]

/** How the body is framed, and what is said from hop to hop, is Spillway's to say. */
const ours = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'upgrade',
])

/** What modifiers have made of a head, as an edit of it; to be joined with what the proxy itself changes. */
export type ScriptEdit = { status: number; reason: string; drop: number[]; add: Field[] }

/** A response head as modifiers see it, one after the other, each what those before it have left. Pure. */
export class ScriptedHead {
  status: number
  fields: Field[]
  /** What was asked for and is not done; sentences. */
  readonly notes: string[] = []
  readonly #head: ResponseHead
  readonly #limit: number

  /** `limit`: characters of all fields. */
  constructor(head: ResponseHead, limit: number) {
    this.#head = head
    this.#limit = limit
    this.status = head.status
    this.fields = fieldsOf(head)
  }

  /** Returns whether it has changed anything. Throws ModifierError for what cannot stand in a head. */
  apply(verdict: HeadVerdict, modifier: Pick<Modifier, 'name' | 'file'>): boolean {
    const [status, fields] = [this.status, this.fields]
    if (verdict.status !== undefined) this.#applyStatus(verdict.status, modifier)
    if (verdict.headers) this.#applyFields(verdict.headers, modifier)
    return this.status !== status || !sameFields(this.fields, fields)
  }

  /** Undefined: it is as it came. */
  edit(): ScriptEdit | undefined {
    const before = byName(fieldsOf(this.#head))
    const after = byName(this.fields)
    const drop: number[] = []
    const add: Field[] = []
    // What is added goes behind the others, so of fields of one name, whose order counts, only the last can stay.
    for (const [name, now] of after) {
      const were = before.get(name) ?? []
      let same = 0
      while (same < now.length && same < were.length && sameField(now[same], were[same])) same++
      drop.push(...were.slice(same).map(({ index }) => index))
      add.push(...now.slice(same).map(({ field }) => field))
    }
    for (const [name, were] of before) if (!after.has(name)) drop.push(...were.map(({ index }) => index))
    const { status } = this
    if (status === this.#head.status && drop.length === 0 && add.length === 0) return undefined
    const reason = status === this.#head.status ? this.#head.reason : (STATUS_CODES[status] ?? '')
    return { status, reason, drop, add }
  }

  #applyStatus(status: number, { name, file }: Pick<Modifier, 'name' | 'file'>): void {
    if (!Number.isInteger(status) || status < 100 || status > 999) {
      throw refused(name, file, `${status} is not a status`)
    }
    if (hasBody(status) === hasBody(this.#head.status)) this.status = status
    else if (status !== this.status) this.notes.push(`modifier ${name}: the status ${status} was not set: ${bodyless}`)
  }

  #applyFields(fields: readonly Field[], { name, file }: Pick<Modifier, 'name' | 'file'>): void {
    let size = 0
    for (const [fieldName, value] of fields) {
      size += fieldName.length + value.length + 4
      if (!isFieldName(fieldName)) throw refused(name, file, `${quoted(fieldName)} cannot name a field`)
      if (!isFieldValue(value)) throw refused(name, file, `${quoted(value)} cannot be the value of ${fieldName}`)
    }
    if (size > this.#limit) throw refused(name, file, `its fields have more than ${this.#limit} characters`)
    const [mine, theirs] = [this.fields.filter(isOurs), fields.filter(isOurs)]
    const changed = differing(mine, theirs)
    if (changed.length === 0) {
      this.fields = fields.map(([fieldName, value]) => [fieldName, value.replace(/^[ \t]+|[ \t]+$/g, '')])
      return
    }
    this.notes.push(`modifier ${name}: its change of ${changed.join(', ')} was ignored: Spillway frames the body`)
    this.fields = [...mine, ...fields.filter((field) => !isOurs(field))]
  }
}

const bodyless = 'it would change whether there is a body'

/** RFC 9112 §6.3: of any other status, whether there is a body does not depend on it. */
const hasBody = (status: number): boolean => status >= 200 && status !== 204 && status !== 304

function fieldsOf({ fields }: ResponseHead): Field[] {
  return Array.from({ length: fields.length }, (_, index) => [fields.name(index), fields.value(index)])
}

type Placed = { field: Field; index: number }

function byName(fields: readonly Field[]): Map<string, Placed[]> {
  const names = new Map<string, Placed[]>()
  for (const [index, field] of fields.entries()) {
    const name = field[0].toLowerCase()
    const placed = names.get(name)
    if (placed) placed.push({ field, index })
    else names.set(name, [{ field, index }])
  }
  return names
}

/** Names, in lower case, whose fields are not the same in both. */
function differing(a: readonly Field[], b: readonly Field[]): string[] {
  const names = new Set([...a, ...b].map(([name]) => name.toLowerCase()))
  const valuesOf = (fields: readonly Field[], name: string): string[] =>
    fields.filter((field) => field[0].toLowerCase() === name).map(([, value]) => value)
  return [...names].filter((name) => valuesOf(a, name).join('\n') !== valuesOf(b, name).join('\n'))
}

const isOurs = ([name]: Field): boolean => ours.has(name.toLowerCase())

const sameField = (a: Placed | undefined, b: Placed | undefined): boolean =>
  a?.field[0] === b?.field[0] && a?.field[1] === b?.field[1]

const sameFields = (a: readonly Field[], b: readonly Field[]): boolean =>
  a.length === b.length && a.every(([name, value], index) => name === b[index]?.[0] && value === b[index][1])

const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

function refused(name: string, file: string, what: string): ModifierError {
  const message = `The responseHead of modifier ${name} answered with what is no head: ${what}`
  return new ModifierError({ code: 'MODIFIER_HEAD', message, file, line: undefined, column: undefined })
}
