import { expect, test } from 'vitest'
import { openScene } from '../../testing/scene.ts'

test('an origin that speaks first inside TLS ends the tunnel with a sentence', async () => {
  // A mail server: its banner found nobody who had asked, the client waited for it for ever, and no flow told why.
  await using scene = await openScene({}, { tls: true })
  const client = await scene.client()
  const connection = await scene.origin.accept()
  void connection.write('* OK IMAP ready\r\n')
  const flow = await scene.ended()
  expect(flow).toMatchObject({ method: 'CONNECT', error: { code: 'BAD_RESPONSE', side: 'origin', phase: 'tunnel' } })
  expect(flow.error?.message).toContain('speaks first inside TLS, so it does not speak HTTP: pass it through')
  await client.closed
})
