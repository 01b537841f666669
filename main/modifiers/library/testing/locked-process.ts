/** Runs in a process of its own, under lockdown: the battery, and modifiers in compartments. Answers on stdout. */
import './lockdown.ts'
import { createLibrary } from '../index.ts'
import { battery, costs } from './battery.ts'
import { testHost } from './host.ts'

type Given = { modifiers: Record<string, string>; body: string }

const given = JSON.parse(process.argv[2] ?? '') as Given
const host = testHost()
const library = harden(createLibrary(host))
const outputs: Record<string, string> = {}
for (const [name, code] of Object.entries(given.modifiers)) outputs[name] = await run(code)
const answer = { results: await battery(library), costs: await costs(library), logged: host.logged, outputs }
process.stdout.write(JSON.stringify(answer))

async function run(code: string): Promise<string> {
  const compartment = new Compartment({ globals: {}, __options__: true })
  const exports: { default?: (chunks: AsyncIterable<Uint8Array>, flow: object) => AsyncIterable<Uint8Array | string> } =
    {}
  const start = compartment.evaluate(`(function (exports, require) {${code}\n})`) as (...given: unknown[]) => void
  start(exports, () => library)
  const flow = harden({ id: 7, request: { method: 'GET', url: 'http://a.example/' } })
  let out = ''
  const decoder = new TextDecoder()
  try {
    for await (const chunk of exports.default?.(chunks(), flow) ?? chunks()) {
      out += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    }
  } catch (error) {
    out += ` ${String(error)}`
  }
  return out
}

async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = new TextEncoder().encode(given.body)
  for (let at = 0; at < bytes.length; at += 5) yield await Promise.resolve(bytes.subarray(at, at + 5))
}
