/** What passes does so whichever version of HTTP either side speaks: each test is one for all four pairs of them. */
import { describe, expect, test } from 'vitest'
import type { Settings } from '../../model/settings.ts'
import { connectAny, pairs, startAnyOrigin, type Handler } from '../../testing/any-version.ts'
import { type EngineOptions, type TestEngine } from '../../testing/engine.ts'
import { eventually } from '../../testing/eventually.ts'
import { InProcessModifiers, type Snippet } from '../../testing/in-process-modifier.ts'
import { standsStill } from '../../testing/stands-still.ts'
import { startTrusting } from '../../testing/trusting.ts'

const trusting = (wanted: Partial<Settings> = {}, host: EngineOptions = {}): Promise<TestEngine> =>
  startTrusting({ streamSize: 0, ...wanted }, host)

describe.each(pairs)('a client of HTTP/%s, an origin of HTTP/%s', (asks, answers) => {
  test('a 103 is there before the answer is, and an answer without one after it', async () => {
    await using proxy = await trusting()
    const seen = Promise.withResolvers<undefined>()
    await using origin = await startAnyOrigin(answers, (_, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' })
      void seen.promise.then(() => response.end('hello'))
    })
    await using client = await connectAny(asks, proxy, origin.authority)
    const call = client.ask('/')
    expect(await call.early).toBe('</a.css>; rel=preload')
    seen.resolve(undefined)
    expect((await call.whole).body).toBe('hello')
    const flow = await proxy.ended()
    expect(flow.informational.join('\n')).toMatch(/^HTTP\/1\.1 103 /)
    expect(flow).toMatchObject({
      error: undefined,
      request: { httpVersion: asks },
      response: { httpVersion: answers, status: 200 },
    })
  })

  test('Expect: 100-continue: the body comes when the origin has said so, and not where it declines', async () => {
    await using proxy = await trusting()
    const reached = Promise.withResolvers<() => void>()
    await using origin = await startAnyOrigin(answers, (request, response, expects) => {
      if (!expects) throw new Error('nobody expects anything')
      if (request.url === '/no') {
        response.statusCode = 417
        response.end('no')
        return
      }
      reached.resolve(() => {
        response.writeContinue()
        request.on('data', (bytes: Buffer) => response.write(bytes)).on('end', () => response.end())
      })
    })
    await using client = await connectAny(asks, proxy, origin.authority)
    const expecting = { method: 'POST', body: true, fields: { expect: '100-continue' } }
    const call = client.ask('/up', expecting)
    const goOn = await reached.promise
    goOn()
    await call.continued
    call.write('hello')
    call.end()
    expect((await call.whole).body).toBe('hello')
    expect(await proxy.ended()).toMatchObject({ error: undefined, request: { bytes: 5 } })
    const declined = client.ask('/no', expecting)
    expect(await declined.status).toBe(417)
    declined.end()
    await proxy.ended()
  })

  test('messages of both directions cross before the request has ended, then the trailers of both', async () => {
    await using proxy = await trusting()
    let trailers = {}
    await using origin = await startAnyOrigin(answers, (request, response) => {
      response.writeHead(200)
      request.on('data', (bytes: Buffer) => response.write(`echo ${bytes.toString()} `))
      request.on('end', () => {
        trailers = { ...request.trailers }
        response.addTrailers({ 'x-sum': '3' })
        response.end()
      })
    })
    await using client = await connectAny(asks, proxy, origin.authority)
    const call = client.ask('/', { method: 'POST', body: true, fields: { te: 'trailers', trailer: 'x-count' } })
    let expected = ''
    for (const message of ['one', 'two', 'three']) {
      call.write(message)
      expected += `echo ${message} `
      await eventually(() => call.body === expected)
    }
    call.end({ 'x-count': '3' })
    expect(await call.whole).toMatchObject({ body: expected, trailers: { 'x-sum': '3' } })
    expect(trailers).toMatchObject({ 'x-count': '3' })
    expect(await proxy.ended()).toMatchObject({
      error: undefined,
      request: { bytes: 11, trailers: 'x-count: 3\r\n' },
      response: { trailers: 'x-sum: 3\r\n' },
    })
  })

  const bodiless: [method: string, status: number, fields: Record<string, string>][] = [
    ['HEAD', 200, { 'content-length': '5' }],
    ['GET', 204, {}],
    ['GET', 304, { etag: '"a"' }],
    ['GET', 200, { 'content-length': '0' }],
  ]
  test.each(bodiless)(
    '%s, answered by %d: no modifier is called, and the next answer is whole',
    async (method, status, fields) => {
      let calls = 0
      const counts: Snippet = async function* (chunks) {
        calls++
        yield* chunks
      }
      await using proxy = await trusting({}, { modifiers: new InProcessModifiers({ body: counts }) })
      await using origin = await startAnyOrigin(answers, (request, response) => {
        if (request.url === '/next') response.end('hello')
        else response.writeHead(status, fields).end()
      })
      await using client = await connectAny(asks, proxy, origin.authority)
      const call = client.ask('/', { method })
      expect([await call.status, (await call.whole).body]).toEqual([status, ''])
      expect(calls).toBe(0)
      expect((await client.ask('/next').whole).body).toBe('hello')
      expect(calls).toBe(1)
      for (let count = 0; count < 2; count++) expect((await proxy.ended()).error).toBeUndefined()
    },
  )

  test('a modifier changes the length and is handed what the origin has sent, piece by piece', async () => {
    const seen: string[] = []
    const grows: Snippet = async function* (chunks) {
      yield 'before '
      for await (const bytes of chunks) {
        seen.push(bytes.toString())
        yield bytes
        yield ''
      }
      yield ' after'
    }
    await using proxy = await trusting({}, { modifiers: new InProcessModifiers({ name: 'grows', body: grows }) })
    const goOn = Promise.withResolvers<undefined>()
    await using origin = await startAnyOrigin(answers, (_, response) => {
      response.setHeader('content-length', 10)
      response.setHeader('content-md5', 'of another body')
      response.write('hello')
      void goOn.promise.then(() => response.end('world'))
    })
    await using client = await connectAny(asks, proxy, origin.authority)
    const call = client.ask('/')
    const fields = await call.fields
    expect(fields).not.toHaveProperty('content-length')
    expect(fields).not.toHaveProperty('content-md5')
    await eventually(() => call.body === 'before hello')
    goOn.resolve(undefined)
    expect((await call.whole).body).toBe('before helloworld after')
    expect(seen).toEqual(['hello', 'world'])
    expect((await client.ask('/').whole).body).toBe('before helloworld after')
    for (let count = 0; count < 2; count++) {
      expect(await proxy.ended()).toMatchObject({ error: undefined, response: { bytes: 10 } })
    }
  })

  const half: Handler = (request, response) => {
    if (request.url === '/length') response.setHeader('content-length', 100)
    response.write('half')
  }

  test.each(['/length', '/unknown'])('an origin that dies within a body (%s) is a cut', async (path) => {
    await using proxy = await trusting()
    await using origin = await startAnyOrigin(answers, half)
    await using client = await connectAny(asks, proxy, origin.authority)
    const call = client.ask(path)
    await eventually(() => call.body === 'half')
    for (const socket of origin.open) socket.destroy()
    await expect(call.whole).rejects.toThrow()
    expect((await proxy.ended()).error).toMatchObject({ code: 'ORIGIN_CLOSED', side: 'origin', phase: 'response-body' })
  })

  test.each(['/length', '/unknown'])('where its body is held (%s), it is 502', async (path) => {
    await using proxy = await trusting({ streamSize: 1000 })
    await using origin = await startAnyOrigin(answers, half)
    await using client = await connectAny(asks, proxy, origin.authority)
    const call = client.ask(path)
    await eventually(() => proxy.engine.running()[0]?.response?.bytes === 4)
    for (const socket of origin.open) socket.destroy()
    expect(await call.status).toBe(502)
    await proxy.ended()
  })

  test('a client that leaves releases its origin', async () => {
    await using proxy = await trusting()
    const closed = Promise.withResolvers<undefined>()
    await using origin = await startAnyOrigin(answers, (request, response) => {
      response.on('close', () => closed.resolve(undefined))
      half(request, response, false)
    })
    await using client = await connectAny(asks, proxy, origin.authority)
    const call = client.ask('/')
    await eventually(() => call.body === 'half')
    call.leave()
    await closed.promise
    expect((await proxy.ended()).error).toMatchObject({ code: 'CLIENT_CLOSED', side: 'client' })
  })

  test('a flow that is killed ends for both sides at once, and looks complete to neither', async () => {
    await using proxy = await trusting()
    const closed = Promise.withResolvers<undefined>()
    let whole = false
    await using origin = await startAnyOrigin(answers, (request, response) => {
      // That of HTTP/2 ends where it was reset, too.
      request.on('end', () => (whole = !('stream' in request) || !request.stream.aborted))
      response.on('close', () => closed.resolve(undefined))
      request.once('data', () => response.write('half'))
    })
    await using client = await connectAny(asks, proxy, origin.authority)
    const call = client.ask('/', { method: 'POST', body: true })
    call.write('half')
    await eventually(() => call.body === 'half')
    expect(proxy.engine.kill(proxy.engine.running()[0]!.id)).toBe(true)
    await Promise.all([closed.promise, expect(call.whole).rejects.toThrow()])
    expect(whole).toBe(false)
    expect((await proxy.ended()).error?.code).toBe('KILLED')
  })

  test('an upload passes before it has ended, and its origin slows it', async () => {
    await using proxy = await trusting()
    const MiB = 1024 * 1024
    const total = 24
    let came = 0
    const begun = Promise.withResolvers<() => void>()
    await using origin = await startAnyOrigin(answers, (request, response) => {
      begun.resolve(() => {
        request.on('data', (bytes: Buffer) => (came += bytes.length))
        request.on('end', () => response.end('done'))
      })
    })
    await using client = await connectAny(asks, proxy, origin.authority)
    const call = client.ask('/', { method: 'POST', body: true })
    for (let count = 0; count < total; count++) call.write('x'.repeat(MiB))
    const read = await begun.promise
    const passed = (): number => proxy.engine.running()[0]?.request.delivered ?? 0
    await standsStill(passed)
    expect(passed()).toBeLessThan(20 * MiB)
    read()
    call.end()
    expect((await call.whole).body).toBe('done')
    expect(came).toBe(total * MiB)
    expect((await proxy.ended()).request).toMatchObject({ delivered: total * MiB })
  })
})
