/**
 * 0.CL, and desynchronisation by Expect (J. Kettle, "HTTP/1.1 must die", 2025): an origin has answered before the body
 * came. Whoever takes the next bytes for a request, and whoever takes them for the body, would be two readers.
 */
import { expect, test } from 'vitest'
import { openScene } from '../../testing/scene.ts'

const final = 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno'

test.each([
  ['a length', 'Content-Length: 100\r\n'],
  ['a length and Expect', 'Content-Length: 100\r\nExpect: 100-continue\r\n'],
  ['chunks', 'Transfer-Encoding: chunked\r\n'],
  ['chunks and Expect', 'Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n'],
])('%s: nothing behind an answer that came early is read as a request, by us or by the origin', async (_, extra) => {
  for (const answer of [final, `HTTP/1.1 100 Continue\r\n\r\n${final}`]) {
    await using scene = await openScene()
    const { client, connection } = await scene.ask('/a', { method: 'POST', extra })
    void connection.write(answer)
    const interim = answer === final ? '' : 'HTTP/1.1 100 Continue\r\n\r\n'
    const got = await client.readText('\r\n\r\nno')
    expect(got).toBe(`${interim}HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno`)
    void client.write(scene.requestText('/hidden'))
    expect(await client.closed).not.toBe('here')
    expect(client.peek()).toBe('')
    // The origin would wait for a body over its connection; nobody else's request is in it.
    expect(await connection.closed).not.toBe('here')
    expect(connection.peek()).toBe('')
    await scene.ended()
    expect(scene.proxy.engine.flows.size).toBe(1)
  }
})
