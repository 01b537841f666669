/** A client of HTTP/1.1, node:http's: a request with a body and trailers, and another one behind it. */
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { sumField, sumOf, type Outcome, type Talk } from '../talk.ts'

/** `base`: what stands before the path in a request's target. */
export async function talkHttp1(talk: Talk, socket: Socket, authority: string, base: string): Promise<Outcome[]> {
  const { delivery, seed } = talk.scenario
  let connections: Socket[] = [socket]
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  agent.createConnection = () => {
    const [first] = connections
    connections = []
    if (!first || first.destroyed) throw new Error('the connection is closed')
    return first
  }
  const asked = (method: string, path: string): ClientRequest =>
    request({ agent, method, path: `${base}${path}`, headers: fieldsOf(method, authority) })
  try {
    await talk.enter('request-head')
    const upload = asked('POST', `/${delivery}/${seed}`)
    const answered = outcomeOf(talk, upload, talk.responseBody)
    upload.flushHeaders()
    await talk.enter('request-body')
    upload.write(talk.requestBody)
    await talk.enter('request-trailers')
    upload.addTrailers({ [sumField]: sumOf(talk.requestBody.length) })
    upload.end()
    const first = await answered
    if (first !== 'whole') return [first]
    await talk.enter('idle')
    await talk.enter('again')
    const again = asked('GET', `/${delivery}/${seed}/again`)
    const second = outcomeOf(talk, again, Buffer.from('again'))
    again.end()
    return [first, await second]
  } finally {
    agent.destroy()
  }
}

function fieldsOf(method: string, host: string): Record<string, string> {
  return method === 'POST' ? { host, 'transfer-encoding': 'chunked', trailer: sumField } : { host }
}

function outcomeOf(talk: Talk, asked: ClientRequest, wanted: Buffer): Promise<Outcome> {
  return new Promise((resolve) => {
    asked.on('error', () => resolve('cut'))
    asked.on('response', (response: IncomingMessage) => {
      const parts: Buffer[] = []
      response.on('data', (bytes: Buffer) => parts.push(bytes))
      response.on('error', () => resolve('cut')).on('close', () => resolve('cut'))
      response.on('end', () => {
        if (!response.complete) return
        const got = Buffer.concat(parts)
        if (response.statusCode !== 200) {
          if (!got.includes('(from Spillway)')) talk.wrongs.push(`an answer of ${response.statusCode} without words`)
          resolve('told')
          return
        }
        talk.complete('a response', got, wanted, response.trailers[sumField])
        resolve('whole')
      })
    })
  })
}
