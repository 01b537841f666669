/** A client whose bytes are nobody's business: behind an upgrade, or in a tunnel whose origin speaks first. */
import type { Socket } from 'node:net'
import { WireEnd } from '../../main/testing/wire-end.ts'
import type { Outcome, Talk } from '../talk.ts'
import { stillOpen } from './tunnel.ts'

export async function talkUpgraded(talk: Talk, socket: Socket, authority: string): Promise<Outcome[]> {
  stillOpen(socket)
  const client = new WireEnd(socket)
  const { delivery, seed } = talk.scenario
  await talk.enter('request-head')
  const target = `http://${authority}/${delivery}/${seed}`
  void client.write(`GET ${target} HTTP/1.1\r\nHost: ${authority}\r\nConnection: Upgrade\r\nUpgrade: faults\r\n\r\n`)
  const head = await client.readText('\r\n\r\n')
  if (head.startsWith('HTTP/1.1 101 ')) return talkThrough(talk, client)
  if (!(await client.readText('(from Spillway)')).includes('Spillway'))
    talk.wrongs.push(`an answer without words: ${head}`)
  return ['told']
}

export async function talkInTunnel(talk: Talk, socket: Socket): Promise<Outcome[]> {
  stillOpen(socket)
  const client = new WireEnd(socket)
  client.resume()
  await client.readUntil('hello\n')
  return talkThrough(talk, client)
}

async function talkThrough(talk: Talk, client: WireEnd): Promise<Outcome[]> {
  const { requestBody, responseBody } = talk
  await talk.enter('request-body')
  void client.write(requestBody)
  const got = await client.readUntil(responseBody.length)
  if (!got.equals(responseBody)) talk.wrongs.push('what came through the tunnel was not sent')
  await talk.enter('idle')
  client.end()
  await client.closed
  return ['whole']
}
