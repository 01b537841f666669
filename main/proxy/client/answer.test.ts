import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { WireEnd } from '../../testing/wire-end.ts'
import { resetNow } from './answer.ts'

async function pair(): Promise<AsyncDisposable & { ours: Socket; theirs: WireEnd }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
  const [[ours]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [[Socket], unknown]
  const theirs = new WireEnd(client)
  return {
    ours,
    theirs,
    async [Symbol.asyncDispose]() {
      client.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

// The system's shutdown is under way then, libuv does not reset, and Node forgets the socket open: the soak counted it.
test.each(['same turn', 'next turn', 'same turn, behind bytes that wait'])(
  'a reset behind an end, in the %s, lets go of the socket',
  async (when) => {
    await using ends = await pair()
    const { ours, theirs } = ends
    const errors: Error[] = []
    ours.on('error', (error) => errors.push(error))
    const closed = once(ours, 'close')
    if (when.endsWith('wait')) {
      theirs.socket.pause()
      ours.write(Buffer.alloc(16 * 1024 * 1024))
    }
    ours.end()
    // In a stream's next tick the end is on its way.
    await (when === 'next turn' ? setImmediate() : new Promise((resolve) => process.nextTick(resolve)))
    resetNow(ours)
    await closed
    expect(errors).toEqual([])
    theirs.socket.resume()
    await theirs.closed
  },
)
