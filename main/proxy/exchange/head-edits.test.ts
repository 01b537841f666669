/** What `responseHead` of a modifier may change of a head, what it may not, and what no head may have. */
import { describe, expect, test } from 'vitest'
import type { HeadVerdict } from '../../model/modifier.ts'
import type { InProcess } from '../../testing/in-process-modifier.ts'
import { openModified } from '../../testing/modified-scene.ts'

const head = 'HTTP/1.1 200 OK\r\n'
const says = (verdict: HeadVerdict): InProcess => ({ name: 'tag', readHead: () => verdict })

/** What the client gets for this answer when one modifier says that of its head. */
async function answered(verdict: HeadVerdict, answer = `${head}A: 1\r\nB: 2\r\nContent-Length: 2\r\n\r\nok`) {
  await using scene = await openModified(says(verdict))
  const { client, connection } = await scene.ask()
  void connection.write(answer)
  connection.end()
  const sent = await client.readText('\r\n\r\n')
  const flow = await scene.ended()
  return { sent: sent.slice(0, -4).split('\r\n'), flow, scene }
}

describe('what it may change', () => {
  const rest = ['Content-Length: 2']

  test('fields: added, changed, dropped, in any case; a group of one name keeps its order', async () => {
    const headers: [string, string][] = [
      ['b', '3'],
      ['Content-Length', '2'],
      ['Set-Cookie', 'x'],
      ['New', '  \tspaced '],
    ]
    const answer = `${head}A: 1\r\nB: 2\r\nSet-Cookie: x\r\nSet-Cookie: y\r\nContent-Length: 2\r\n\r\nok`
    const { sent, flow } = await answered({ headers }, answer)
    expect(sent).toEqual(['HTTP/1.1 200 OK', 'Set-Cookie: x', ...rest, 'b: 3', 'New: spaced'])
    // As it came, and what was done to it.
    expect(flow.response?.head).toContain('A: 1\r\nB: 2\r\n')
    expect(flow.response?.edit).toEqual({
      startLine: undefined,
      drop: [0, 1, 3],
      add: [
        ['b', '3'],
        ['New', 'spaced'],
      ],
    })
    expect(flow.modifiers).toMatchObject([{ name: 'tag', editedHead: true, chunksIn: 0 }])
    expect(flow.delivery).toMatchObject({ mode: 'buffered', reason: 'no rule streams it' })
    expect(flow.notes).toEqual([])
  })

  test('one in the middle of a group: those behind it follow it', async () => {
    const names = ['1', '2', '3'].map((value): [string, string] => ['X', value === '2' ? 'two' : value])
    const answer = `${head}X: 1\r\nX: 2\r\nX: 3\r\nContent-Length: 2\r\n\r\nok`
    const { sent } = await answered({ headers: [...names, ['Content-Length', '2']] }, answer)
    expect(sent).toEqual(['HTTP/1.1 200 OK', 'X: 1', ...rest, 'X: two', 'X: 3'])
  })

  test('the status, with the words that belong to it', async () => {
    const { sent, flow } = await answered({ status: 404 })
    expect(sent[0]).toBe('HTTP/1.1 404 Not Found')
    expect(flow.response).toMatchObject({ status: 200, edit: { startLine: 'HTTP/1.1 404 Not Found' } })
  })

  test('nothing', async () => {
    const { sent, flow } = await answered({})
    expect(sent).toEqual(['HTTP/1.1 200 OK', 'A: 1', 'B: 2', ...rest])
    expect(flow.response?.edit).toBeUndefined()
    expect(flow.modifiers).toMatchObject([{ editedHead: false }])
  })
})

describe('what it may not: ignored, visibly', () => {
  test('the framing', async () => {
    const headers: [string, string][] = [
      ['A', '1'],
      ['Content-Length', '3'],
      ['transfer-encoding', 'chunked'],
      ['Connection', 'upgrade'],
    ]
    const { sent, flow } = await answered({ headers })
    expect(sent).toEqual(['HTTP/1.1 200 OK', 'A: 1', 'Content-Length: 2'])
    const changed = 'content-length, transfer-encoding, connection'
    expect(flow.notes).toEqual([`modifier tag: its change of ${changed} was ignored: Spillway frames the body`])
  })

  test.each([204, 304, 100])('the status %d, as it would take the body away', async (status) => {
    const { sent, flow } = await answered({ status })
    expect(sent[0]).toBe('HTTP/1.1 200 OK')
    expect(flow.notes).toEqual([
      `modifier tag: the status ${status} was not set: it would change whether there is a body`,
    ])
  })
})

test.each<[string, HeadVerdict, string]>([
  ['CR LF', { headers: [['X', 'a\r\nY: b']] }, '"a\\r\\nY: b" cannot be the value of X'],
  ['NUL', { headers: [['X', '\0']] }, 'cannot be the value of X'],
  ['what is not latin1', { headers: [['X', '€']] }, '"€" cannot be the value of X'],
  ['an empty name', { headers: [['', 'x']] }, '"" cannot name a field'],
  ['a name with a blank', { headers: [['a b', 'x']] }, '"a b" cannot name a field'],
  ['too much', { headers: [['X', 'x'.repeat(300_000)]] }, 'its fields have more than 262144 characters'],
  ['no status', { status: 99 }, '99 is not a status'],
  ['no whole status', { status: 200.5 }, '200.5 is not a status'],
])('%s: the client is told, by name, and nothing is split', async (_, verdict, words) => {
  await using scene = await openModified(says(verdict))
  const { client, connection } = await scene.ask()
  void connection.write(`${head}Content-Length: 2\r\n\r\nok`)
  expect(await client.readText('\r\n\r\n')).toMatch(/^HTTP\/1\.1 502 /)
  expect(await client.readText('(from Spillway)')).toContain('responseHead of modifier tag')
  expect(await connection.closed).not.toBe('here')
  const flow = await scene.ended()
  expect(flow.error).toMatchObject({ code: 'MODIFIER_HEAD', side: 'modifier', phase: 'response-head' })
  expect(flow.error?.file).toBe('/modifiers/tag.ts')
  expect(flow.error?.message).toContain(words)
})
