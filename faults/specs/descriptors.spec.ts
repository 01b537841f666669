/** File descriptors run out: new clients are told so, what is under way goes on, and what comes back is used. */
import { expect, test } from 'vitest'
import { Origin } from '../../app/headless/testing/origin.ts'
import { startSpillway } from '../../e2e/fixtures/spillway.ts'
import { connectClient } from '../../main/testing/raw-client.ts'
import type { WireEnd } from '../../main/testing/wire-end.ts'
import { startBystander } from '../bystander.ts'
import { openStream } from '../running-stream.ts'
import { within } from '../within.ts'

const openFiles = 160
const words = 'no file descriptors left for another connection: raise the limit (ulimit -n)'

test('new clients are refused in words, streams go on, and it recovers', async () => {
  await using spillway = await startSpillway(['--insecure'], { openFiles })
  const asked = new Map<string | undefined, () => void>()
  // It holds back every answer.
  await using origin = await Origin.start(({ url }) => asked.get(url)?.())
  await using bystander = await startBystander(spillway.listeningPort)
  await using modern = await openStream(spillway.listeningPort, spillway.caPem, '/modern-events')
  const clients: WireEnd[] = []
  const connect = async (): Promise<WireEnd> => {
    const client = await connectClient(spillway.listeningPort)
    clients.push(client)
    return client
  }
  /** What becomes of a request: the origin has it, or a sentence. */
  const ask = async (path: string): Promise<string> => {
    const client = await connect()
    const served = new Promise<'served'>((resolve) => asked.set(path, () => resolve('served')))
    void client.write(`GET ${origin.url(path)} HTTP/1.1\r\nHost: h\r\n\r\n`)
    const told = client.readText('(from Spillway)')
    told.catch(() => undefined)
    return within(10_000, Promise.race([told, served]), `an answer to ${path}`)
  }
  let served = 0
  let answer = await ask('/0')
  for (; answer === 'served' && served < openFiles; answer = await ask(`/${served}`)) served++
  expect(answer).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n[^]*Connection: close\r\n/)
  expect(answer).toContain(words)
  // Two for each.
  expect(served).toBeGreaterThan(openFiles / 4)
  const { error } = await spillway.flowOf(`/${served}`)
  expect(error).toMatchObject({ code: 'CONNECT_FAILED', side: 'proxy' })
  await bystander.more(3)
  // A connection to an origin that is there needs no other one, however many requests go over it.
  modern.send('meanwhile')
  await modern.arrives('meanwhile')
  expect(await modern.client.get('/beside')).toMatchObject({ status: 200, body: '/beside' })

  // Clients that ask for nothing take what is left: the next ones are told before they have asked, and none waits.
  let refused = ''
  while (refused === '') {
    const client = await connect()
    // Whoever is kept is silent, which has no other sign than that others are served meanwhile.
    await Promise.race([client.closed, bystander.more(5)])
    if (client.closing) refused = client.peek()
  }
  expect(refused).toMatch(/^HTTP\/1\.1 503 /)
  expect(refused).toContain(words)
  for (let count = 0; count < 2 * openFiles; count++) {
    const client = await connect()
    // Even where there is none left for an answer.
    await within(10_000, client.closed, 'the end of a client that there is no room for')
  }
  await bystander.more(3)

  for (const client of clients) client.destroy()
  await spillway.until(() => spillway.flows.length >= served)
  await bystander.more(3)
  expect(await ask('/again')).toBe('served')
  clients.at(-1)?.destroy()
  await spillway.flowOf('/again')
})
