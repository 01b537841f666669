import { X509Certificate } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import { afterAll, describe, expect, test } from 'vitest'
import { type Authority, openAuthority } from '../certificates/index.ts'
import { run, temporaryFolder } from '../certificates/testing.ts'
import { dayMs } from '../certificates/validity.ts'
import { LeafContexts } from './contexts.ts'
import { listen } from './testing.ts'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const authority = await openAuthority(folder.path)

/** Notes what was asked of it. */
function watched(): { authority: Authority; issued: string[]; leaves: X509Certificate[] } {
  const issued: string[] = []
  const leaves: X509Certificate[] = []
  const issue: Authority['issue'] = async (names) => {
    issued.push(names.join(' '))
    const leaf = await authority.issue(names)
    leaves.push(new X509Certificate(leaf.certificatePem))
    return leaf
  }
  return { authority: { ...authority, issue }, issued, leaves }
}

describe('a context', () => {
  test('is made once per names, however they are written, also for connections that come together', async () => {
    const { authority, issued } = watched()
    const contexts = new LeafContexts(authority)
    const [one, two] = await Promise.all([contexts.get('a.test', undefined), contexts.get('a.test', undefined)])
    expect(one).toBe(two)
    expect(await contexts.get('A.test.', 'a.test')).toBe(one)
    expect(issued).toEqual(['a.test'])
  })

  test('is good for the host and for the server name', async () => {
    const { authority, leaves } = watched()
    const contexts = new LeafContexts(authority)
    await contexts.get('10.0.0.1', 'a.test')
    await contexts.get('[::1]', undefined)
    expect(leaves.map((leaf) => leaf.subjectAltName)).toEqual([
      'DNS:a.test, IP Address:10.0.0.1',
      'IP Address:0:0:0:0:0:0:0:1',
    ])
  })

  test('is dropped when it was not used for longest', async () => {
    const { authority, issued } = watched()
    const contexts = new LeafContexts(authority, undefined, 2)
    for (const host of ['a', 'b', 'a', 'c', 'a', 'b']) await contexts.get(host, undefined)
    expect(issued).toEqual(['a', 'b', 'c', 'b'])
    expect(contexts.size).toBe(2)
  })

  test('that cannot be made is refused, and tried again the next time', async () => {
    let broken = true
    const issue: Authority['issue'] = (names) => (broken ? Promise.reject(new Error('broken')) : authority.issue(names))
    const contexts = new LeafContexts({ ...authority, issue })
    await expect(contexts.get('a.test', undefined)).rejects.toThrow('broken')
    broken = false
    await contexts.get('a.test', undefined)
    expect(contexts.size).toBe(1)
    await expect(contexts.get('a b', undefined)).rejects.toThrow('no certificate can be made for ["a b"]')
    expect(contexts.size).toBe(1)
  })

  test('serves the server name when the host cannot be in a certificate', async () => {
    const { authority, leaves } = watched()
    await new LeafContexts(authority).get('a b', 'a.test')
    expect(leaves[0]?.subjectAltName).toBe('DNS:a.test')
  })
})

describe('dates', () => {
  const clocked = async (dir: string): Promise<{ contexts: LeafContexts; clock: { now: number }; told: string[] }> => {
    const clock = { now: Date.now() }
    const told: string[] = []
    const contexts = new LeafContexts(await openAuthority(dir, 'test', () => clock.now), (sentence) =>
      told.push(sentence),
    )
    return { contexts, clock, told }
  }

  test('another leaf takes the place of one that comes to its end, and of one that has not begun', async () => {
    using own = temporaryFolder()
    await openAuthority(own.path, 'test', () => Date.now() - 200 * dayMs)
    const { contexts, clock } = await clocked(own.path)
    const [start, get] = [clock.now, () => contexts.get('a.test', undefined)]
    const first = await get()
    clock.now = start + 395 * dayMs
    expect(await get()).toBe(first)
    clock.now = start + 397 * dayMs
    const second = await get()
    expect(second).not.toBe(first)
    expect(await get()).toBe(second)
    // Put back again: the new one has not begun yet.
    clock.now = start
    const third = await get()
    expect(third).not.toBe(second)
    expect(await get()).toBe(third)
    clock.now = start - 100 * dayMs
    expect(await get()).not.toBe(third)
    expect(contexts.size).toBe(1)
  })

  test('a CA that comes to its end is told of once, and again when it has', async () => {
    using own = temporaryFolder()
    const { contexts, clock, told } = await clocked(own.path)
    contexts.lookAtCa()
    await contexts.get('a.test', undefined)
    expect(told).toEqual([])
    clock.now += (3652 - 20) * dayMs
    for (const host of ['a.test', 'b.test', 'a.test']) await contexts.get(host, undefined)
    expect(told).toEqual([expect.stringMatching(/^The CA in .*ca\.pem expires on \d{4}-\d\d-\d\d, before which /)])
    clock.now += 20 * dayMs
    for (const host of ['a.test', 'b.test', 'a.test']) await contexts.get(host, undefined)
    expect(told.slice(1)).toEqual([expect.stringMatching(/^The CA in .*ca\.pem expired on /)])
  })
})

describe('curl that trusts the CA', () => {
  test.each([
    ['a.test', '--tlsv1.3'],
    ['a.test', '--tls-max=1.2'],
    ['127.0.0.1', '--tlsv1.3'],
    [`${'long.'.repeat(20)}test`, '--tlsv1.3'],
  ])('takes the leaf for %s (%s)', async (host, version) => {
    const contexts = new LeafContexts(authority)
    const secureContext = await contexts.get(host, undefined)
    await using server = await listen((raw) => {
      const socket = new TLSSocket(raw, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] })
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
    })
    const to = `${host}:443:127.0.0.1:${server.port}`
    const limits = version.split('=')
    const args = ['-sS', '--cacert', authority.certificatePath, ...limits, '--connect-to', to, `https://${host}/`]
    expect(await run('curl', ...args)).toBe('ok')
  })
})
