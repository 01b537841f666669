/** A4, B3a: modifiers that are asked about a response's head before its delivery is decided. */
import { describe, expect, test } from 'vitest'
import type { HeadVerdict } from '../../model/modifier.ts'
import { eventually } from '../../testing/eventually.ts'
import type { InProcess } from '../../testing/in-process-modifier.ts'
import { openModified, upper } from '../../testing/modified-scene.ts'
import { wouldDeliver } from './would-deliver.ts'

const head = 'HTTP/1.1 200 OK\r\n'
const says = (verdict: HeadVerdict, name = 'tag'): InProcess => ({ name, readHead: () => verdict })

test('one that throws: 502 before anything of the response, and the connection is good for another', async () => {
  const thrower: InProcess = {
    name: 'thrower',
    readHead: () => {
      throw new Error('no head')
    },
    matches: (path) => path === '/bad',
  }
  await using scene = await openModified([{ ...says({ choice: 'transform' }, 'first'), body: upper }, thrower])
  const { client, connection } = await scene.ask('/bad')
  void connection.write(`${head}Content-Length: 2\r\n\r\nok`)
  const page = await client.readText('(from Spillway)\n')
  expect(page).toContain('Modifier thrower threw: no head')
  const { id, error, modifiers, answered, response } = await scene.ended()
  // The flow said 200, which its client never saw.
  expect([answered, response?.status]).toEqual([502, 200])
  expect(error).toMatchObject({ code: 'MODIFIER_THREW', side: 'modifier', phase: 'response-head', line: 3, column: 7 })
  // Whose fault it is, and who had been asked before it.
  expect(modifiers).toMatchObject([{ name: 'first' }, { name: 'thrower', chunksIn: 0 }])
  // What the first one kept for the flow is let go.
  expect(scene.modifiers.list[0]?.forgotten).toEqual([id])
  const again = await scene.askAgain(client)
  void again.connection.write(`${head}Content-Length: 2\r\n\r\nok`)
  await client.readUntil('\r\n\r\n')
  expect(await client.readText(12)).toBe('2\r\nOK\r\n0\r\n\r\n')
  await scene.ended()
})

describe('who decides', () => {
  const live = `${head}Content-Type: text/event-stream\r\nContent-Length: 10\r\n\r\n`
  const own: InProcess = { ...says({ choice: 'stream' }), body: upper }

  test('"stream": before the rules, not recorded, and its own generator is not applied', async () => {
    await using scene = await openModified([own], { rules: [{ delivery: 'buffer' }] })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Length: 10\r\n\r\nhello`)
    await client.readUntil('\r\n\r\n')
    expect(await client.readText('hello')).toBe('hello')
    void connection.write('world')
    await client.readUntil('world')
    const flow = await scene.ended()
    expect(flow.delivery).toMatchObject({ mode: 'streamed', reason: 'responseHead of modifier tag' })
    expect(flow.response?.body.state).toBe('missing')
    expect(flow.modifiers).toMatchObject([{ choice: 'stream', chunksIn: 0 }])
    // Under other settings it would be the same again, while the modifier is set.
    const set = { ...scene.proxy.settings, modifiers: [{ file: '/modifiers/tag.ts' }] }
    expect(wouldDeliver(flow, set)).toMatchObject({ mode: 'streamed', reason: 'responseHead of modifier tag' })
    expect(wouldDeliver(flow, scene.proxy.settings)).toMatchObject({ mode: 'buffered', reason: 'rule 1: everything' })
  })

  test('"stream" of one, and the generator of another', async () => {
    await using scene = await openModified([says({ choice: 'stream' }), { name: 'upper', body: upper }])
    const { client, connection } = await scene.ask()
    void connection.write(`${live}helloworld`)
    await client.readUntil('\r\n\r\n')
    expect(await client.readText(20)).toBe('a\r\nHELLOWORLD\r\n0\r\n\r\n')
    const flow = await scene.ended()
    expect(flow.delivery).toMatchObject({ mode: 'streamed', reason: 'responseHead of modifier tag' })
    expect(flow.modifiers).toMatchObject([{ choice: 'stream' }, { choice: 'transform', chunksIn: 1 }])
    expect((await scene.proxy.body(flow, 'delivered'))?.toString()).toBe('HELLOWORLD')
  })

  test('"buffer": whole, whatever its type; other generators are not applied, visibly', async () => {
    const list = [says({ choice: 'buffer' }), says({ choice: 'stream' }, 'late'), { name: 'upper', body: upper }]
    await using scene = await openModified(list)
    const { client, connection } = await scene.ask()
    void connection.write(`${live}hello`)
    await scene.hasReceived(5)
    expect(client.received).toBe(0)
    void connection.write('world')
    await client.readUntil('helloworld')
    const flow = await scene.ended()
    expect(flow.delivery).toMatchObject({ mode: 'buffered', reason: 'responseHead of modifier tag' })
    expect(flow.notes).toEqual([
      'modifier late: its "stream" was not applied: modifier tag says "buffer"',
      'modifier upper not applied: modifier tag says "buffer"',
    ])
  })

  test('a generator of its own for this response', async () => {
    await using scene = await openModified([{ ...says({ choice: 'transform' }), body: upper }])
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Length: 2\r\n\r\nok`)
    await client.readUntil('\r\n\r\n')
    expect(await client.readText(12)).toBe('2\r\nOK\r\n0\r\n\r\n')
    expect((await scene.ended()).delivery?.reason).toBe('modifier tag')
    expect(scene.modifiers.list[0]?.forgotten).toEqual([])
  })

  test('nobody, but the type it has given the response is what the rules and live types look at', async () => {
    const headers: [string, string][] = [
      ['Content-Type', 'text/event-stream'],
      ['Content-Length', '10'],
    ]
    await using scene = await openModified([says({ headers })], { liveTypes: true })
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Type: text/plain\r\nContent-Length: 10\r\n\r\nhello`)
    await client.readUntil('hello')
    void connection.write('world')
    await client.readUntil('world')
    const flow = await scene.ended()
    expect(flow.delivery?.reason).toBe('live type text/event-stream')
    expect(wouldDeliver(flow, scene.proxy.settings)?.reason).toBe('live type text/event-stream')
  })
})

test('one after the other, each sees what those before it have left, and the body waits with its origin', async () => {
  const seen: string[] = []
  let answer: (verdict: HeadVerdict) => void = () => undefined
  const first: InProcess = { name: 'first', readHead: () => new Promise((resolve) => (answer = resolve)) }
  const second: InProcess = {
    name: 'second',
    body: upper,
    readHead: ({ request, response, client }) => {
      seen.push(`${request.method} ${request.url} ${response.status} ${client.address}`)
      seen.push(...response.headers.map((field) => field.join('=')))
      return {}
    },
  }
  await using scene = await openModified([first, second])
  const { client, connection } = await scene.ask()
  void connection.write(`${head}X: 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`)
  await eventually(() => scene.running.response?.status === 200)
  // More than its connection holds.
  const more = Buffer.from(`5\r\nworld\r\n0\r\n\r\n`)
  await connection.write(more)
  expect(scene.running.response?.bytes).toBe(0)
  expect(client.received).toBe(0)
  answer({
    status: 201,
    headers: [
      ['X', '2'],
      ['Transfer-Encoding', 'chunked'],
    ],
  })
  expect(await client.readText('\r\n\r\n')).toBe('HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nX: 2\r\n\r\n')
  expect(await client.readText(25)).toBe('5\r\nHELLO\r\n5\r\nWORLD\r\n0\r\n\r\n')
  expect(seen).toEqual([`GET http://${scene.origin.authority}/ 201 127.0.0.1`, 'X=2', 'Transfer-Encoding=chunked'])
  const flow = await scene.ended()
  expect(flow.modifiers).toMatchObject([{ editedHead: true }, { editedHead: false, choice: 'transform' }])
})

describe('while it thinks', () => {
  const never: InProcess = { name: 'slow', readHead: () => new Promise(() => undefined) }

  test('the client leaves: the origin is released', async () => {
    let answer: (verdict: HeadVerdict) => void = () => undefined
    await using scene = await openModified([
      { name: 'slow', readHead: () => new Promise((resolve) => (answer = resolve)) },
    ])
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Length: 5\r\n\r\nhello`)
    await eventually(() => scene.running.response !== undefined)
    client.destroy()
    expect(await connection.closed).not.toBe('here')
    const { id, error } = await scene.ended()
    expect(error?.code).toBe('CLIENT_CLOSED')
    answer({ choice: 'transform' })
    await eventually(() => scene.modifiers.list[0]?.forgotten[0] === id)
  })

  test('it is killed', async () => {
    await using scene = await openModified([never])
    const { client, connection } = await scene.ask()
    void connection.write(`${head}Content-Length: 5\r\n\r\nhello`)
    await eventually(() => scene.running.response !== undefined)
    scene.proxy.engine.kill(scene.running.id)
    expect((await client.readAll()).toString()).toBe('')
    expect((await scene.ended()).error?.code).toBe('KILLED')
  })

  test.each([
    ['the whole answer', `${head}Content-Length: 5\r\n\r\nhello`, undefined],
    ['all of a body that ends with it', `${head}\r\nhello`, undefined],
    ['a part of it', `${head}Content-Length: 9\r\n\r\nhello`, 'ORIGIN_CLOSED'],
  ])('the origin ends behind %s', async (_, answer, code) => {
    let tell: (verdict: HeadVerdict) => void = () => undefined
    await using scene = await openModified([
      { name: 'slow', readHead: () => new Promise((resolve) => (tell = resolve)) },
    ])
    const { client, connection } = await scene.ask()
    connection.end(answer)
    await eventually(() => scene.running.response !== undefined)
    tell({})
    const sent = await client.readText('\r\n\r\n')
    expect(sent).toMatch(code === undefined ? /^HTTP\/1\.1 200 / : /^HTTP\/1\.1 502 /)
    if (code === undefined) await client.readUntil('hello')
    expect((await scene.ended()).error?.code).toBe(code)
  })
})

test('a modifier that is still loading is waited for', async () => {
  await using scene = await openModified([{ name: 'upper', body: upper }])
  let loaded = (): void => undefined
  scene.modifiers.loading = new Promise((resolve) => {
    loaded = () => {
      scene.modifiers.loading = undefined
      resolve()
    }
  })
  const { client, connection } = await scene.ask()
  void connection.write(`${head}Content-Length: 2\r\n\r\nok`)
  await eventually(() => scene.running.response !== undefined)
  expect(client.received).toBe(0)
  loaded()
  await client.readUntil('\r\n\r\n')
  expect(await client.readText(12)).toBe('2\r\nOK\r\n0\r\n\r\n')
  await scene.ended()
})
