/** HTTP/2 without nghttp2 on either side: Python's h2 as a client, and under hypercorn as an origin. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { connectHttp2Client } from '../../main/testing/http2-ends.ts'
import { askWebSocket, clientFrame, serverFrame } from '../../main/testing/http2-web-sockets.ts'
import { connectSecure } from '../../main/testing/raw-client.ts'
import { kill, runWell, says, start } from '../fixtures/command.ts'
import { curl } from '../fixtures/curl.ts'
import { files } from '../fixtures/nginx.ts'
import { test as base } from '../fixtures/test.ts'
import { tool } from '../fixtures/tools.ts'

/** What comes goes back piece by piece; /flood sends more than any window holds; WebSockets get what they send. */
const app = `
async def app(scope, receive, send):
    if scope['type'] == 'websocket':
        await receive()
        await send({'type': 'websocket.accept'})
        while (event := await receive())['type'] == 'websocket.receive':
            if event.get('text') == 'bye':
                return await send({'type': 'websocket.close', 'code': 4000})
            await send({'type': 'websocket.send', 'bytes': event.get('bytes'), 'text': event.get('text')})
        return
    if scope['type'] != 'http':
        return
    fields = [(b'content-type', b'application/x-ndjson'), (b'x-version', scope['http_version'].encode())]
    await send({'type': 'http.response.start', 'status': 200, 'headers': fields})
    if scope['path'] == '/flood':
        for n in range(200):
            await send({'type': 'http.response.body', 'body': bytes([n]) * 65536, 'more_body': True})
    else:
        while True:
            event = await receive()
            if event['type'] == 'http.disconnect':
                return
            await send({'type': 'http.response.body', 'body': event['body'], 'more_body': True})
            if not event['more_body']:
                break
    await send({'type': 'http.response.body', 'body': b''})
`

/** CONNECT, TLS and HTTP/2 to a host; says what it got. The next message leaves when the one before has come back. */
const client = `
import socket, ssl, sys
import h2.connection, h2.config, h2.events
proxy, authority, path, ca, *messages = sys.argv[1:]
host, port = authority.split(':')
sock = socket.create_connection(('127.0.0.1', int(proxy)))
sock.sendall(f'CONNECT {authority} HTTP/1.1\\r\\nHost: {authority}\\r\\n\\r\\n'.encode())
answer = b''
while not answer.endswith(b'\\r\\n\\r\\n'):
    answer += sock.recv(1)
context = ssl.create_default_context(cafile=ca)
context.set_alpn_protocols(['h2'])
sock = context.wrap_socket(sock, server_hostname=host)
h2c = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
h2c.initiate_connection()
fields = [(':method', 'POST' if messages else 'GET'), (':scheme', 'https'), (':authority', authority), (':path', path)]
h2c.send_headers(1, fields, end_stream=not messages)
waiting, expected, got, done = list(messages), b'', bytearray(), False
def next_message():
    global expected
    if waiting:
        expected += waiting[0].encode()
        h2c.send_data(1, waiting.pop(0).encode())
    elif messages:
        h2c.end_stream(1)
next_message()
sock.sendall(h2c.data_to_send())
while not done:
    for event in h2c.receive_data(sock.recv(65536)):
        if isinstance(event, h2.events.ResponseReceived):
            head = dict(event.headers)
            print(head[b':status'].decode(), head.get(b'x-version', b'-').decode())
        elif isinstance(event, h2.events.DataReceived):
            got += event.data
            h2c.acknowledge_received_data(event.flow_controlled_length, 1)
            if messages and event.data and got == expected:
                print('back', got.decode())
                next_message()
        elif isinstance(event, h2.events.StreamEnded):
            done = True
        elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
            sys.exit(f'ended by {event}')
    sock.sendall(h2c.data_to_send())
print('in all', len(got))
`

/** HTTP/2 to the proxy by prior knowledge, a CONNECT for each path, and TLS with HTTP/1.1 in each of the tunnels, at once. */
const tunnels = `
import socket, ssl, sys
import h2.connection, h2.config, h2.events
proxy, authority, ca, *paths = sys.argv[1:]
sock = socket.create_connection(('127.0.0.1', int(proxy)))
h2c = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, validate_outbound_headers=False))
h2c.initiate_connection()
context = ssl.create_default_context(cafile=ca)
context.set_alpn_protocols(['http/1.1'])
class Tunnel:
    def __init__(self, path):
        self.id, self.got, self.asked, self.path = h2c.get_next_available_stream_id(), b'', False, path
        h2c.send_headers(self.id, [(':method', 'CONNECT'), (':authority', authority)])
        self.come, self.go = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.come, self.go, server_hostname=authority.split(':')[0])
    def step(self):
        try:
            if not self.asked:
                self.tls.do_handshake()
                self.tls.write(f'GET {self.path} HTTP/1.1\\r\\nHost: {authority}\\r\\nConnection: close\\r\\n\\r\\n'.encode())
                self.asked = True
            while (read := self.tls.read(65536)):
                self.got += read
        except ssl.SSLWantReadError:
            pass
        if self.go.pending:
            h2c.send_data(self.id, self.go.read())
open_tunnels = {}
for path in paths:
    tunnel = Tunnel(path)
    open_tunnels[tunnel.id] = tunnel
while open_tunnels:
    sock.sendall(h2c.data_to_send())
    for event in h2c.receive_data(sock.recv(65536)):
        if isinstance(event, h2.events.ResponseReceived):
            assert dict(event.headers)[b':status'] == b'200'
            open_tunnels[event.stream_id].step()
        elif isinstance(event, h2.events.DataReceived):
            h2c.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            open_tunnels[event.stream_id].come.write(event.data)
            open_tunnels[event.stream_id].step()
        elif isinstance(event, h2.events.StreamEnded):
            h2c.end_stream(event.stream_id)
            tunnel = open_tunnels.pop(event.stream_id)
            head, _, body = tunnel.got.partition(b'\\r\\n\\r\\n')
            print(tunnel.path, head.split(b'\\r')[0].decode(), len(body))
        elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
            sys.exit(f'ended by {event}')
sock.sendall(h2c.data_to_send())
`

/** Whose modules Debian's packages are; another one may come first in the path. */
const python = '/usr/bin/python3'

const test = base.extend('hypercorn', { scope: 'file' }, async ({ folder, certificates }, { onCleanup }) => {
  writeFileSync(join(folder, 'app.py'), app)
  const tls = ['--certfile', certificates.cert, '--keyfile', certificates.key]
  const started = start(tool('hypercorn'), ['-b', '127.0.0.1:0', ...tls, 'app:app'], {}, folder)
  onCleanup(() => kill(started.child))
  const [, port = ''] = await says(started, /Running on https:\/\/127\.0\.0\.1:(\d+)/)
  return `localhost:${port}`
})

test('h2 as the client, hypercorn as the origin: messages cross one by one', async ({ spillway, hypercorn }) => {
  const { listeningPort, ca } = spillway
  const args = ['-c', client, String(listeningPort), hypercorn, '/echo?h2', ca, 'one', 'two', 'three']
  const { stdout } = await runWell(python, args)
  expect(stdout.toString()).toBe('200 2\nback one\nback onetwo\nback onetwothree\nin all 11\n')
  expect(await spillway.flowOf('/echo?h2')).toMatchObject({
    httpVersion: '2',
    request: { bytes: 11, recorded: 'complete' },
    response: { httpVersion: '2', bytes: 11, chunks: 3, recorded: 'complete' },
    reason: 'live type application/x-ndjson',
    error: null,
  })
})

test('h2 as a client that has its tunnels within HTTP/2, side by side', async ({ spillway, nginx }) => {
  const paths = [1, 2, 3, 4].map((n) => `/3.1m.bin?tunnel-h2-${n}`)
  const args = ['-c', tunnels, String(spillway.listeningPort), new URL(nginx.https).host, spillway.ca, ...paths]
  const lines = (await runWell(python, args)).stdout.toString().trim().split('\n')
  const { length } = files['3.1m.bin']
  expect(lines.toSorted()).toEqual(paths.map((path) => `${path} HTTP/1.1 200 OK ${length}`))
  const flows = await Promise.all(paths.map((path) => spillway.flow(({ url }) => url === `${nginx.https}${path}`)))
  expect(new Set(flows.map(({ client }) => client.port)).size).toBe(1)
  expect(flows.map(({ error }) => error)).toEqual([null, null, null, null])
})

test('a WebSocket within HTTP/2 on both sides, to hypercorn, which offers it', async ({ spillway, hypercorn }) => {
  await using client = await connectHttp2Client(spillway.listeningPort, hypercorn, spillway.caPem)
  const stream = await askWebSocket(client, '/ws?h2')
  expect((await client.answer(stream)).status).toBe(200)
  for (const message of ['one', 'two']) {
    stream.write(clientFrame(1, message))
    expect((await once(stream, 'data'))[0]).toEqual(serverFrame(1, message))
  }
  const back = once(stream, 'data')
  stream.write(clientFrame(1, 'bye'))
  expect((await back)[0]).toEqual(serverFrame(8, '\x0f\xa0'))
  stream.write(clientFrame(8, '\x0f\xa0'))
  stream.end()
  expect(await spillway.flowOf('/ws?h2')).toMatchObject({
    httpVersion: '2',
    status: 101,
    response: { httpVersion: '2' },
    error: null,
  })
})

test('h2 as the client, with its small windows, nginx and hypercorn as the origin', async ({
  spillway,
  nginx,
  hypercorn,
}) => {
  const ask = (authority: string, path: string) =>
    runWell(python, ['-c', client, String(spillway.listeningPort), authority, path, spillway.ca])
  const flood = await ask(hypercorn, '/flood')
  expect(flood.stdout.toString()).toBe(`200 2\nin all ${200 * 65_536}\n`)
  const file = await ask(new URL(nginx.https).host, '/3.1m.bin?h2')
  expect(file.stdout.toString()).toBe(`200 -\nin all ${files['3.1m.bin'].length}\n`)
})

test('curl uploads to hypercorn, over HTTP/2 and from HTTP/1.1', async ({ spillway, hypercorn }) => {
  for (const [option, version] of [
    ['--http2', '2'],
    ['--http1.1', '1.1'],
  ] as const) {
    const url = `https://${hypercorn}/echo?${option}`
    const { code, body, transfers } = await curl(spillway, [option, '--data-binary', '@-', url], {
      input: files['3.1m.bin'],
    })
    expect([code, body.equals(files['3.1m.bin']), transfers[0]?.http_version]).toEqual([0, true, version])
    expect(await spillway.flow((flow) => flow.url === url)).toMatchObject({ response: { httpVersion: version } })
  }
})

test('ws to hypercorn, by wss', async ({ spillway, hypercorn }) => {
  const wire = await connectSecure(spillway.listeningPort, hypercorn, spillway.caPem)
  // It belongs to ws from here on.
  wire.socket.removeAllListeners()
  const socket = new WebSocket(`ws://${hypercorn}/ws`, { createConnection: () => wire.socket })
  await once(socket, 'open')
  for (const message of ['one', 'two', 'x'.repeat(100_000)]) {
    socket.send(message)
    expect(String((await once(socket, 'message'))[0])).toBe(message)
  }
  socket.close(1000)
  await once(socket, 'close')
  expect(await spillway.flowOf('/ws')).toMatchObject({
    url: `https://${hypercorn}/ws`,
    status: 101,
    error: null,
  })
})
