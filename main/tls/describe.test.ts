import { once } from 'node:events'
import { connect, createSecureContext, TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { makeCertificate } from '../certificates/testing.ts'
import { describeTls } from './describe.ts'
import { listen } from './testing.ts'

test('both ends of a connection, in plain values', async () => {
  const from = new Date('2026-01-02T03:04:05Z')
  const made = await makeCertificate('a.test', { names: ['a.test'], from })
  const secureContext = createSecureContext({ cert: made.pem, key: made.keyPem })
  const served: TLSSocket[] = []
  await using server = await listen((raw) => {
    const socket = new TLSSocket(raw, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] })
    served.push(socket)
    socket.resume()
  })
  const options = { port: server.port, host: '127.0.0.1', ca: made.pem, servername: 'a.test' }
  const socket = connect({ ...options, ALPNProtocols: ['http/1.1'] })
  await once(socket, 'secureConnect')
  const described = describeTls(socket)
  expect(described).toEqual({
    version: 'TLSv1.3',
    alpn: 'http/1.1',
    serverName: 'a.test',
    certificate: {
      subject: 'CN=a.test, O=Test',
      issuer: 'CN=a.test, O=Test',
      validFrom: '2026-01-02T03:04:05.000Z',
      validTo: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      sha256: expect.stringMatching(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/) as string,
    },
  })
  socket.write('x')
  await once(served[0]!, 'data')
  expect(describeTls(served[0]!)).toEqual({ ...described, certificate: undefined })

  const bare = connect({ ...options, servername: '', checkServerIdentity: () => undefined, maxVersion: 'TLSv1.2' })
  await once(bare, 'secureConnect')
  expect(describeTls(bare)).toMatchObject({ version: 'TLSv1.2', alpn: undefined, serverName: undefined })
  bare.destroy()
  socket.destroy()
})
