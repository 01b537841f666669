import { X509Certificate } from 'node:crypto'
import { connect, createServer, type AddressInfo } from 'node:net'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { get, head, Origin, text } from './testing/origin.ts'
import { Program, proxyProgram } from './testing/program.ts'

const hello = (): Promise<Origin> => Origin.start((_, response) => response.end('hello'))

type Slow = AsyncDisposable & { url: string; response: Promise<ServerResponse> }

/** An event stream that has begun, and ends when the test says so. */
async function slow(): Promise<Slow> {
  const { promise: response, resolve } = Promise.withResolvers<ServerResponse>()
  const origin = await Origin.start((_, answer) => {
    answer.setHeader('content-type', 'text/event-stream')
    answer.write('data: 1\n\n')
    resolve(answer)
  })
  return { url: origin.url('/events'), response, [Symbol.asyncDispose]: () => origin[Symbol.asyncDispose]() }
}

describe('what it prints', () => {
  test('one readable line per flow, without colour in a pipe', async () => {
    await using origin = await hello()
    await using program = proxyProgram()
    const port = await program.port()
    expect(await get(port, origin.url('/a'))).toBe('hello')
    const [line] = await program.says('stdout', /.*\/a.*\n/)
    expect(line).toMatch(/^\d\d:\d\d:\d\d {3}GET {5}200 http:\/\/127\.0\.0\.1:\d+\/a 5 [\d.]+ms buffered \(.+\)\n$/)
    expect(program.stderr).toBe('')
  })

  test('where it stands for origins, below where it listens, and their flows', async () => {
    await using origin = await hello()
    const url = origin.url('')
    await using program = proxyProgram('--reverse', url, `--reverse=localhost:0=${url}/v1/`)
    const [, port] = await program.says('stdout', new RegExp(`^reverse http://127\\.0\\.0\\.1:(\\d+) for ${url}$`, 'm'))
    await program.says('stdout', new RegExp(`^reverse http://localhost:\\d+ for ${url}/v1$`, 'm'))
    expect(program.stdout).toMatch(/^listening on /)
    const answer = await fetch(`http://127.0.0.1:${port}/a`)
    expect(await answer.text()).toBe('hello')
    await program.says('stdout', new RegExp(` {3}GET {5}200 ${url}/a 5 `))
  })

  test('a streamed flow when it begins, before its origin has ended it, and when it ends', async () => {
    await using stream = await slow()
    await using program = proxyProgram()
    const answer = await head(await program.port(), stream.url)
    await program.says('stdout', /▶ GET {5}200 .*\/events streaming… \(.*event-stream.*\)\n/)
    ;(await stream.response).end()
    await text(answer)
    await program.says('stdout', / {3}GET {5}200 .*\/events 9 [\d.]+m?s streamed \(.*event-stream.*\)\n/)
  })

  test('a failure with its message', async () => {
    await using program = proxyProgram()
    const port = await program.port()
    await get(port, 'http://127.0.0.1:1/')
    await program.says('stdout', /✗ GET {5}502 http:\/\/127\.0\.0\.1:1\/ - [\d.]+ms .*refused.*\n/)
  })

  test('nothing a client sends commands the terminal', async () => {
    await using origin = await hello()
    await using program = proxyProgram()
    const socket = connect(await program.port(), '127.0.0.1')
    // The C1 control 0x9b is a one-byte "ESC [": legal in no URL, but it may come.
    socket.end(`GET ${origin.url('/end')}\x9b2J HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, 'latin1')
    socket.resume()
    await program.says('stdout', /^.*\n.*\n/)
    expect(program.stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })

  test('--json: a line per flow on stdout and nothing else', async () => {
    await using origin = await hello()
    await using program = proxyProgram('--json')
    const port = await program.port('stderr')
    await get(port, origin.url('/a'))
    await get(port, origin.url('/b'))
    await program.says('stdout', /\n.*\n/)
    const flows = program.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(flows).toHaveLength(2)
    expect(flows[0]).toMatchObject({
      id: 1,
      method: 'GET',
      url: origin.url('/a'),
      status: 200,
      httpVersion: '1.1',
      delivery: 'buffered',
      crossoverAt: null,
      response: { bytes: 5, delivered: 5, recorded: 'complete' },
      error: null,
    })
  })

  test('--quiet: only where it listens', async () => {
    await using origin = await hello()
    await using program = proxyProgram('--quiet')
    await get(await program.port(), origin.url('/a'))
    program.child.kill('SIGTERM')
    expect(await program.ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^listening on .*\n$/) as string,
    })
  })

  test('--stream 0 from the environment', async () => {
    await using origin = await hello()
    await using program = new Program(['--listen', ':0', '--json'], { SPILLWAY_STREAM: '0' })
    await get(await program.port('stderr'), origin.url('/a'))
    const [line] = await program.says('stdout', /.*\n/)
    expect(JSON.parse(line)).toMatchObject({ delivery: 'streamed', response: { recorded: 'missing' } })
  })
})

describe('how it ends', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s lets a running flow finish', async (signal) => {
    await using stream = await slow()
    await using program = proxyProgram()
    const answer = await head(await program.port(), stream.url)
    const running = await stream.response
    program.child.kill(signal)
    await program.says('stderr', /spillway: stopping; 1 running flow has 2 s to finish\n/)
    running.end('data: 2\n\n')
    expect(await text(answer)).toBe('data: 1\n\ndata: 2\n\n')
    const { code, stdout } = await program.ended
    expect(code).toBe(0)
    expect(stdout).toMatch(/streamed \(.*\)\n$/)
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('a second %s exits at once', async (signal, expected) => {
    await using stream = await slow()
    await using program = proxyProgram()
    const answer = await head(await program.port(), stream.url)
    answer.on('error', () => undefined)
    await stream.response
    program.child.kill(signal)
    await program.says('stderr', /stopping/)
    // Signals of one Ctrl-C that npx doubles come within 30 ms and count once: a person takes longer.
    const again = setInterval(() => program.child.kill(signal), 20)
    const { code } = await program.ended
    clearInterval(again)
    expect(code).toBe(expected)
  })

  test('a reader that leaves ends it without a word', async () => {
    await using origin = await hello()
    await using program = proxyProgram()
    const port = await program.port()
    program.child.stdout.destroy()
    await get(port, origin.url('/a')).catch(() => 'the proxy may be gone already')
    expect(await program.ended).toMatchObject({ code: 0, stderr: '' })
  })

  test('a port that is taken: one sentence, exit 1', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await using program = new Program(['--listen', String(port)])
    const { code, stdout, stderr } = await program.ended
    server.close()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^spillway: .*${String(port)}.*\\n$`))
  })

  test('a mistake: one sentence, exit 2', async () => {
    await using program = new Program(['--stream', '1f'])
    const { code, stdout, stderr } = await program.ended
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^spillway: --stream: "1f" is not a size: .*\n$/)
  })
})

describe('what it answers without running', () => {
  test('--help and --version', async () => {
    await using help = new Program(['--help'])
    await using version = new Program(['--version'])
    expect(await help.ended).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Usage: /) as string })
    expect(await version.ended).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^(?:development|\d+\.\d+\.\d+)\n$/) as string,
    })
  })

  test('--print-ca makes a CA when there is none, and prints the same one again', async () => {
    await using first = new Program(['--print-ca'])
    const { code, stdout, stderr } = await first.ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(new X509Certificate(stdout).ca).toBe(true)
    const folder = join(first.folder, '.local', 'share', 'spillway')
    await using second = new Program(['--print-ca', '--ca-dir', folder])
    expect((await second.ended).stdout).toBe(stdout)
  })
})

test('where other machines can reach it, it says how to keep them out, unless it asks them for a password', async () => {
  const args = ['--allow-lan', '--listen', '0.0.0.0:0']
  await using open = new Program(args)
  await open.says('stderr', /other machines in your network can reach this proxy on 0\.0\.0\.0 and use it as you; with/)
  await using asking = new Program([...args, '--proxy-auth', 'me:secret'])
  await asking.says('stdout', /listening on/)
  expect(asking.stderr).toBe('')
  await using standing = new Program([...args, '--proxy-auth', 'me:secret', '--reverse', 'http://localhost:9'])
  await standing.says('stderr', /reach http:\/\/0\.0\.0\.0:\d+ and use http:\/\/localhost:9 through it as you$/m)
  expect(standing.stderr).not.toMatch(/this proxy/)
})
