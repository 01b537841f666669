import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInNewContext, runInThisContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleSandbox } from '../../tools/bundle.ts'
import { childLauncher } from './index.ts'
import { attempts } from './sandbox/guard/attempts.ts'
import { Bench, pass, sampleFlow, Sink } from './testing/bench.ts'

let bench: Bench
beforeAll(async () => (bench = await Bench.open()))
afterAll(() => bench[Symbol.asyncDispose]())

describe('the self-test sees each way out where it is open', () => {
  const all = runInThisContext(attempts) as Record<string, (given: object) => unknown>
  // These change whatever they can, and have a world of their own for it; there is no Compartment but the real one.
  const spoiled = runInNewContext(attempts) as typeof all
  const spoiling = ['prototypes', 'hooks of stack traces', 'this']
  const names = Object.keys(all).filter((name) => name !== 'Compartment')

  test.each(names)('%s', (name) => {
    const given = {
      TextDecoder,
      TextEncoder,
      URL,
      setTimeout,
      require: (id: string) => process.getBuiltinModule(id),
      chunk: Buffer.from('abc'),
      encoded: Buffer.from('a'),
    }
    let found: unknown
    try {
      found = (spoiling.includes(name) ? spoiled : all)[name]!(given)
    } catch (error) {
      found = error
    }
    expect(found).toBeTruthy()
    expect(found).not.toBeInstanceOf(Error)
  })
})

test.each([
  ['the constructor of functions', `(() => {}).constructor('return process')()`],
  ['that of async generators', `(async function* () {}).constructor('yield 1')`],
  ['that of the chunks', `chunks.constructor.constructor('return process')()`],
  ['that of the flow', `flow.constructor.constructor('return process')()`],
  [
    'that of an error of the runtime',
    `(() => { try { new TextDecoder('x') } catch (error) { return error.constructor.constructor('return process')() } })()`,
  ],
  ['eval by another name', `(0, globalThis.eval)('process')`],
  ['Function', `new Function('return process')()`],
  ['a string as a timer', `setTimeout('process', 0)`],
  ['require', `require('node:child_process')`],
  ['a prototype', `Object.prototype.polluted = 1`],
  ['a method of all arrays', `Array.prototype.push = () => 'mine'`],
  ['what promises do', `Promise.prototype.then = () => 'mine'`],
  ['what views do', `Uint8Array.prototype.set = () => 'mine'`],
  ['what floats are', `Float64Array.prototype.mine = 1`],
  ['that of floats', `Float32Array.constructor('return process')()`],
  ['that of an array of them', `new Float64Array(1).constructor.constructor('return process')()`],
  ['the library', `library.lines = () => 'mine'`],
  ['a function of the library', `library.lines.call = () => 'mine'`],
  ['an endowment', `Date.now = () => 0`],
  ['a method of one', `TextDecoder.prototype.decode = () => 'mine'`],
  ['memory that is shared', `new SharedArrayBuffer(8)`],
  ['WebAssembly', `new WebAssembly.Memory({ initial: 1 })`],
])('a modifier cannot have %s', async (_, attempt) => {
  const modifier = await bench.one(`import * as library from 'spillway'
    export default async function* (chunks, flow) {
      let outcome
      try { outcome = 'got ' + String(${attempt}) } catch (error) { outcome = 'refused: ' + error.name }
      yield outcome
    }`)
  expect((await pass(modifier)).text).toMatch(/^refused: (?:Type|Reference|Range|Syntax)?Error$/)
})

test('two modifiers, two versions and two flows share nothing that can be changed', async () => {
  const source = `export const responseHead = () => { globalThis.mark = 'mine' }
    export default function* () { yield String(globalThis.mark) + typeof Object.prototype.mark }`
  const [first] = await bench.use(source)
  await first!.readHead({
    id: 1,
    client: { address: '' },
    request: { method: 'GET', url: '/', httpVersion: '1.1', headers: [] },
    response: { status: 200, httpVersion: '1.1', headers: [] },
  })
  first!.forget(1)
  expect((await pass(first!)).text).toBe('mineundefined')
  const [second] = await bench.use(`${source}\n// changed`)
  expect(second!.version).toBe(first!.version + 1)
  expect((await pass(second!)).text).toBe('undefinedundefined')
})

describe('where a way is open, or a sandbox is not what it was, modifiers do not run', () => {
  const folder = mkdtempSync(join(resolve('node_modules'), '.sandbox-open-'))
  beforeAll(() => bundleSandbox(folder))
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each<[string, string, RegExp, string, string]>([
    [
      'a thread outside of the permission model',
      'watchdog.js',
      /execArgv:\w+\?\w+:\[\]/,
      'execArgv:[]',
      "the sandbox's thread is not within the permission model of this runtime",
    ],
    [
      'a thread that may read files',
      'watchdog.js',
      /\["--permission"\]|\[`--permission`\]/,
      '["--permission","--allow-fs-read=/"]',
      "the sandbox's thread can read files",
    ],
    [
      'a thread that was started in a folder of ours',
      'watchdog.js',
      /process\.chdir\(\w+\.folder\)/,
      'process.chdir("/")',
      "the sandbox's thread can read files",
    ],
    [
      'names that are left',
      'worker.cjs',
      /Reflect\.deleteProperty\(\w+\.globalThis,name\)/,
      '0',
      'on this runtime a modifier could leave its sandbox by eval, Function, Compartment, names of the runtime',
    ],
    [
      'an object that is not hardened',
      'worker.cjs',
      /globals:endowments,/,
      'globals:{...endowments,URL:process.getBuiltinModule("url").URL},',
      'on this runtime a modifier could leave its sandbox by what modifiers are given',
    ],
  ])('%s', async (_, name, found, instead, problem) => {
    const open = join(folder, 'open')
    for (const file of ['watchdog.js', 'worker.cjs']) cpSync(join(folder, file), join(open, file))
    const text = readFileSync(join(open, name), 'utf8')
    expect(text).toMatch(found)
    writeFileSync(join(open, name), text.replace(found, instead))
    await using other = new Bench(childLauncher(pathToFileURL(join(open, 'watchdog.js'))))
    expect(await other.use('export default () => []')).toEqual([])
    expect(other.set.states()[0]).toMatchObject({
      status: 'broken',
      problem: { message: `modifier "m0" cannot run: ${problem}` },
    })
  })

  test.each([
    [
      'bytes that are no frames',
      'socket.once("connect",()=>socket.write(Buffer.alloc(64,255)))',
      /a frame of type 255 may not come here/,
    ],
    [
      'a frame without end',
      'socket.once("connect",()=>socket.write(Buffer.from([0,0,0,255,2,1,0,0,0])))',
      /a frame of type 2 has \d+ bytes/,
    ],
    ['an object that is none', 'port.text(33,1,"no json"),port.send()', /an object is not JSON/],
  ])('%s', async (_, sent, message) => {
    const open = join(folder, 'hostile')
    for (const file of ['watchdog.js', 'worker.cjs']) cpSync(join(folder, file), join(open, file))
    const text = readFileSync(join(open, 'worker.cjs'), 'utf8')
    expect(text).toContain('say({ready:!0})')
    writeFileSync(join(open, 'worker.cjs'), text.replace('say({ready:!0})', `say({ready:!0}),${sent}`))
    await using other = new Bench(childLauncher(pathToFileURL(join(open, 'watchdog.js'))))
    expect(await other.use('export default () => []')).toEqual([])
    expect(other.set.states()[0]?.problem?.message).toMatch(message)
  })

  // It was told as a bug of Spillway's, and the process went on.
  test('an answer about a head that is none ends it, and its flows, in words of its own', async () => {
    const open = join(folder, 'lying')
    for (const file of ['watchdog.js', 'worker.cjs']) cpSync(join(folder, file), join(open, file))
    const text = readFileSync(join(open, 'worker.cjs'), 'utf8')
    const check = 'if(!Number.isFinite(status))'
    expect(text).toContain(check)
    writeFileSync(join(open, 'worker.cjs'), text.replace(check, 'if(0)'))
    await using other = new Bench(childLauncher(pathToFileURL(join(open, 'watchdog.js'))))
    const lying = await other.one(
      'export const responseHead = (head) => { head.status = NaN }\nexport default (chunks) => chunks',
    )
    const sink = new Sink()
    lying.open(sampleFlow(), sink)
    const message = 'the sandbox of modifier "m0" ended: a verdict has a status that is no number'
    await expect(lying.readHead(sampleFlow())).rejects.toMatchObject({ failure: { code: 'MODIFIER_LOST', message } })
    expect((await sink.over).failure).toMatchObject({ code: 'MODIFIER_LOST', message })
  })
})
