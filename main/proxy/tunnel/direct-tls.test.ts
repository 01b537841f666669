/** TLS straight to the proxy's port, as if it were that of the host which the hello names. */
import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { expect, test } from 'vitest'
import { startEngine } from '../../testing/engine.ts'
import { connectClient } from '../../testing/raw-client.ts'
import { WireEnd } from '../../testing/wire-end.ts'
import { helloBytes } from '../testing.ts'

/** RFC 8446 §6: a fatal alert. */
const alert = (code: number): string => `\x15\x03\x01\0\x02\x02${String.fromCharCode(code)}`

test('the own site is reached by its name in the hello, which may come byte after byte', async () => {
  await using proxy = await startEngine()
  for (const slow of [false, true]) {
    const wire = await connectClient(proxy.port)
    const { socket } = wire
    if (slow) {
      // Cut at every byte: the hello is written by hand, and answered by a certificate.
      for (const byte of await helloBytes('spillway.local')) await wire.write(Buffer.from([byte]))
      expect((await wire.readUntil(1))[0]).toBe(0x16)
      wire.destroy()
      continue
    }
    socket.removeAllListeners()
    const secure = connectTls({ socket, ca: proxy.ca, servername: 'spillway.local' })
    await using client = new WireEnd(secure)
    await once(secure, 'secureConnect')
    void client.write('GET /ca.pem HTTP/1.1\r\nHost: spillway.local\r\n\r\n')
    expect((await client.readAll()).toString()).toContain(proxy.ca)
    expect((await proxy.ended()).url).toBe('https://spillway.local/ca.pem')
  }
})

test('the port is that of HTTPS, and a host that is not found is told within', async () => {
  await using proxy = await startEngine()
  const wire = await connectClient(proxy.port)
  wire.socket.removeAllListeners()
  const secure = connectTls({ socket: wire.socket, ca: proxy.ca, servername: 'nowhere.invalid' })
  await using client = new WireEnd(secure)
  await once(secure, 'secureConnect')
  void client.write('GET /x HTTP/1.1\r\nHost: nowhere.invalid\r\nConnection: close\r\n\r\n')
  expect((await client.readAll()).toString()).toMatch(/^HTTP\/1\.1 502 /)
  expect(await proxy.ended()).toMatchObject({ url: 'https://nowhere.invalid/x', error: { code: 'DNS_FAILED' } })
})

test('what is passed through is a tunnel to the port of HTTPS', async () => {
  await using proxy = await startEngine({ passthrough: ['*.invalid'] })
  await using client = await connectClient(proxy.port)
  void client.write(await helloBytes('nowhere.invalid'))
  await client.closed
  expect(await proxy.ended()).toMatchObject({
    method: 'TLS',
    url: 'nowhere.invalid:443',
    delivery: { mode: 'tunnelled', reason: 'passthrough *.invalid' },
    error: { code: 'DNS_FAILED' },
  })
})

test.each([
  ['another version', '\x16\x02\x01\0\x05hello', 'no known TLS version'],
  ['empty records', '\x16\x03\x01\0\0', 'cannot be 0 bytes long'],
  ['no hello', '\x16\x03\x01\0\x04\x02\0\0\0', 'not a ClientHello'],
  ['a hello without end', `\x16\x03\x01\0\x04\x01\xff\xff\xff`, 'larger than 64 KiB'],
])('%s: what only begins like TLS is refused at once', async (_, bytes, why) => {
  await using proxy = await startEngine()
  await using client = await connectClient(proxy.port)
  void client.write(bytes)
  expect((await client.readAll()).toString('latin1')).toBe(alert(50))
  client.end()
  const { error } = await proxy.ended()
  expect(error?.message).toContain(why)
})

test('a client that leaves within its hello leaves nothing', async () => {
  await using proxy = await startEngine()
  for (const leave of ['end', 'destroy', 'reset'] as const) {
    await using client = await connectClient(proxy.port)
    await client.write((await helloBytes('a.example')).subarray(0, 20))
    client[leave]()
    if (leave === 'end') expect(await client.closed).toBe('fin')
  }
  expect(proxy.engine.flows.size).toBe(0)
})
