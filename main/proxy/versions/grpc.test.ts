/** gRPC, by its own library on both sides: every kind of call, each message as it is sent, and every kind of end. */
import { once } from 'node:events'
import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
} from '@grpc/grpc-js'
import { expect, test } from 'vitest'
import { makeCertificate } from '../../certificates/testing.ts'
import { type TestEngine } from '../../testing/engine.ts'
import { originCa } from '../../testing/scripted-origin.ts'
import { startTrusting } from '../../testing/trusting.ts'

const toBytes = (text: string): Buffer => Buffer.from(text)
const toText = (bytes: Buffer): string => bytes.toString()

const kind = (path: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/test.Echo/${path}`,
  requestStream,
  responseStream,
  requestSerialize: toBytes,
  requestDeserialize: toText,
  responseSerialize: toBytes,
  responseDeserialize: toText,
})
const service = {
  unary: kind('Unary', false, false),
  fromServer: kind('FromServer', false, true),
  fromClient: kind('FromClient', true, false),
  both: kind('Both', true, true),
} satisfies ServiceDefinition

type Calls = {
  fromServer: ServerWritableStream<string, string>
  fromClient: ServerReadableStream<string, string>
  both: ServerDuplexStream<string, string>
}

/** For calls, by their names. */
type Waiting = Map<string, (call: never) => void>

class Echo implements AsyncDisposable {
  readonly authority: string
  readonly #server: Server
  readonly #waiting: Waiting

  private constructor(server: Server, port: number, waiting: Waiting) {
    this.#server = server
    this.#waiting = waiting
    this.authority = `localhost:${port}`
  }

  static async start(): Promise<Echo> {
    const { pem, keyPem } = await makeCertificate('localhost', { names: ['localhost'], by: await originCa() })
    const server = new Server()
    const waiting: Waiting = new Map()
    const arrive = (name: keyof Calls) => (call: Calls[typeof name]) => {
      waiting.get(name)?.(call as never)
    }
    server.addService(service, {
      unary(call: ServerUnaryCall<string, string>, answer: sendUnaryData<string>) {
        const trailers = new Metadata()
        trailers.set('x-why', 'asked to')
        if (call.request === 'fail') answer({ code: status.FAILED_PRECONDITION, details: 'not so', metadata: trailers })
        else answer(null, `echo ${call.request}`)
      },
      fromServer: arrive('fromServer'),
      fromClient(call: Calls['fromClient'], answer: sendUnaryData<string>) {
        call.on('end', () => answer(null, 'thanks'))
        arrive('fromClient')(call)
      },
      both: arrive('both'),
    })
    const secured = ServerCredentials.createSsl(null, [
      { cert_chain: Buffer.from(pem), private_key: Buffer.from(keyPem) },
    ])
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', secured, (error, bound) => (error ? reject(error) : resolve(bound))),
    )
    return new Echo(server, port, waiting)
  }

  /** The next call of this kind. */
  call<Name extends keyof Calls>(name: Name): Promise<Calls[Name]> {
    return new Promise((resolve) => this.#waiting.set(name, resolve))
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown()
    return Promise.resolve()
  }
}

class EchoClient implements Disposable {
  readonly client: Client

  /** It takes its proxy from the environment, when it is made. */
  constructor(proxy: TestEngine, authority: string) {
    const before = process.env['grpc_proxy']
    process.env['grpc_proxy'] = `http://127.0.0.1:${proxy.port}`
    this.client = new Client(authority, credentials.createSsl(Buffer.from(proxy.ca)))
    if (before === undefined) delete process.env['grpc_proxy']
    else process.env['grpc_proxy'] = before
  }

  unary(message: string): Promise<string> {
    const { path, requestSerialize, responseDeserialize } = service.unary
    return new Promise((resolve, reject) =>
      this.client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, (error, answer) =>
        error ? reject(error) : resolve(answer ?? ''),
      ),
    )
  }

  both(options = {}) {
    return this.client.makeBidiStreamRequest(service.both.path, toBytes, toText, options)
  }

  [Symbol.dispose](): void {
    this.client.close()
  }
}

const next = async (stream: NodeJS.EventEmitter): Promise<unknown> => (await once(stream, 'data'))[0]

test('unary: the answer, and a failure that is nothing but trailers, with what it says', async () => {
  await using proxy = await startTrusting()
  await using echo = await Echo.start()
  using client = new EchoClient(proxy, echo.authority)
  expect(await client.unary('hello')).toBe('echo hello')
  expect(await proxy.ended()).toMatchObject({
    error: undefined,
    url: `https://${echo.authority}/test.Echo/Unary`,
    request: { httpVersion: '2', bytes: 10 },
    response: { httpVersion: '2', status: 200, trailers: expect.stringContaining('grpc-status: 0') as string },
  })
  const failed = (await client.unary('fail').catch((error: unknown) => error)) as { code: number; metadata: Metadata }
  expect(failed).toMatchObject({ code: status.FAILED_PRECONDITION, details: 'not so' })
  expect(failed.metadata.get('x-why')).toEqual(['asked to'])
  expect(await proxy.ended()).toMatchObject({ error: undefined, response: { status: 200, bytes: 0 } })
})

test('messages of the server cross one by one', async () => {
  await using proxy = await startTrusting()
  await using echo = await Echo.start()
  using client = new EchoClient(proxy, echo.authority)
  const called = echo.call('fromServer')
  const { path } = service.fromServer
  const stream = client.client.makeServerStreamRequest(path, toBytes, toText, 'go')
  const call = await called
  expect(call.request).toBe('go')
  for (const message of ['one', 'two', 'three']) {
    const came = next(stream)
    call.write(message)
    expect(await came).toBe(message)
  }
  const ended = once(stream, 'status')
  call.end()
  expect((await ended)[0]).toMatchObject({ code: status.OK })
  expect((await proxy.ended()).error).toBeUndefined()
})

test('messages of the client cross one by one', async () => {
  await using proxy = await startTrusting()
  await using echo = await Echo.start()
  using client = new EchoClient(proxy, echo.authority)
  const called = echo.call('fromClient')
  const answer = Promise.withResolvers<string | undefined>()
  const { path } = service.fromClient
  const stream = client.client.makeClientStreamRequest(path, toBytes, toText, (error: Error | null, said?: string) =>
    error ? answer.reject(error) : answer.resolve(said),
  )
  const call = await called
  for (const message of ['one', 'two', 'three']) {
    const came = next(call)
    stream.write(message)
    expect(await came).toBe(message)
  }
  stream.end()
  expect(await answer.promise).toBe('thanks')
  expect((await proxy.ended()).error).toBeUndefined()
})

test('of both at once: each is answered before the next is sent', async () => {
  await using proxy = await startTrusting()
  await using echo = await Echo.start()
  using client = new EchoClient(proxy, echo.authority)
  const called = echo.call('both')
  const stream = client.both()
  const call = await called
  call.on('data', (message: string) => call.write(`echo ${message}`)).on('end', () => call.end())
  for (const message of ['one', 'two', 'three']) {
    const came = next(stream)
    stream.write(message)
    expect(await came).toBe(`echo ${message}`)
  }
  const ended = once(stream, 'status')
  stream.end()
  expect((await ended)[0]).toMatchObject({ code: status.OK })
  expect((await proxy.ended()).error).toBeUndefined()
})

test.each(['cancel', 'deadline'] as const)('a %s reaches the server as such, and no other call', async (how) => {
  await using proxy = await startTrusting()
  await using echo = await Echo.start()
  using client = new EchoClient(proxy, echo.authority)
  const stays = echo.call('both')
  const staying = client.both()
  const stayed = await stays
  const called = echo.call('both')
  const stream = client.both(how === 'deadline' ? { deadline: Date.now() + 1000 } : {})
  const given = new Promise<unknown>((resolve) => stream.once('error', resolve))
  const call = await called
  const cancelled = once(call, 'cancelled')
  if (how === 'cancel') stream.cancel()
  await cancelled
  expect(call.cancelled).toBe(true)
  expect(await given).toMatchObject({ code: how === 'cancel' ? status.CANCELLED : status.DEADLINE_EXCEEDED })
  const { error } = await proxy.ended()
  // The server knows the deadline, too, and may be the first to say so.
  if (how === 'cancel') expect(error?.message).toBe('The client left before the end: it reset the stream: CANCEL')
  const came = next(staying)
  stayed.write('still here')
  expect(await came).toBe('still here')
  const ended = once(staying, 'status')
  stayed.end()
  staying.end()
  await ended
  expect((await proxy.ended()).error).toBeUndefined()
})
