/** Conversations between a real client and a real origin, for each thing that the two may speak. */
import type { Socket } from 'node:net'
import type { Outcome, Talk } from '../talk.ts'
import { talkHttp1 } from './http1-client.ts'
import { talkHttp2 } from './http2-client.ts'
import { talkInTunnel, talkUpgraded } from './opaque-client.ts'
import { openConnection, openTunnel, openTunnelInHttp2, secure } from './tunnel.ts'

export { startTalkingOrigin } from './origin.ts'

/** What became of each response. What breaks before the first one can be asked for is a response that was cut. */
export async function converse(talk: Talk): Promise<Outcome[]> {
  const opened: Socket[] = []
  try {
    return await conversationOf(talk, opened)
  } catch {
    return ['cut']
  } finally {
    for (const socket of opened) socket.destroy()
  }
}

/** `opened`: gets the connection, which goes with the conversation. */
async function conversationOf(talk: Talk, opened: Socket[]): Promise<Outcome[]> {
  const { way } = talk.scenario
  const { port } = talk.wires.origin
  const [plain, named] = [`127.0.0.1:${port}`, `localhost:${port}`]
  switch (way) {
    case 'http':
      return talkHttp1(talk, await openConnection(talk, opened), plain, `http://${plain}`)
    case 'upgrade':
      return talkUpgraded(talk, await openConnection(talk, opened), plain)
    case 'https':
    case 'http-h2':
      return talkHttp1(talk, await secure(talk, await openTunnel(talk, opened, named), 'http/1.1'), named, '')
    case 'h2':
    case 'h2-http':
      return talkHttp2(talk, await secure(talk, await openTunnel(talk, opened, named), 'h2'), named, 'https')
    case 'h2c':
      return talkHttp2(talk, await openTunnel(talk, opened, plain), plain, 'http')
    case 'https-in-h2':
      return talkHttp1(talk, await secure(talk, await openTunnelInHttp2(talk, opened, named), 'http/1.1'), named, '')
    case 'tunnel-in-h2':
      return talkInTunnel(talk, await openTunnelInHttp2(talk, opened, plain))
    case 'tunnel':
      return talkInTunnel(talk, await openTunnel(talk, opened, plain))
  }
}
