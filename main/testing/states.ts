/** The states a response can be in when something happens to it; each brings a scene there. */
import type { Settings } from '../model/settings.ts'
import { patterned } from './bytes.ts'
import { eventually } from './eventually.ts'
import type { Asked, Scene } from './scene.ts'

const MiB = 1024 * 1024
const closeHead = 'HTTP/1.1 200 OK\r\n\r\n'

export type State = {
  name: string
  settings: Partial<Settings>
  /** Body bytes the proxy has received. */
  content: Buffer
  /** Sends what leads there and waits until it is so. */
  enter: (scene: Scene, asked: Asked) => Promise<void>
  /** Something has been sent to the client. */
  begun: boolean
}

const small = Buffer.from('hello')
/** More than the buffers of the system take for a client that does not read. */
export const large = patterned(24 * MiB)

export const states: State[] = [
  { name: 'before the answer', settings: {}, content: Buffer.alloc(0), begun: false, enter: () => Promise.resolve() },
  {
    name: 'held in memory',
    settings: {},
    content: small,
    begun: false,
    async enter(scene, { connection }) {
      void connection.write(closeHead + 'hello')
      await scene.hasReceived(5)
    },
  },
  {
    name: 'held in a file',
    settings: {},
    content: large.subarray(0, 6 * MiB),
    begun: false,
    async enter(scene, { connection }) {
      void connection.write(closeHead)
      void connection.write(large.subarray(0, 6 * MiB))
      await scene.hasReceived(6 * MiB)
    },
  },
  {
    name: 'replaying to a client that does not read',
    settings: { streamSize: large.length - 1 },
    content: large,
    begun: true,
    async enter(scene, { client, connection }) {
      client.pause()
      void connection.write(closeHead)
      void connection.write(large)
      await eventually(() => scene.running.delivery?.mode === 'streamed' && scene.running.response!.delivered > 0)
    },
  },
  {
    name: 'streaming, silent',
    settings: { streamSize: 0, streamUnknown: 'now' },
    content: small,
    begun: true,
    async enter(_, { client, connection }) {
      void connection.write(closeHead + 'hello')
      await client.readUntil('hello')
    },
  },
  {
    name: 'streaming to a client that does not read',
    settings: { streamSize: 0, streamUnknown: 'now' },
    content: large,
    begun: true,
    async enter(scene, { client, connection }) {
      client.pause()
      void connection.write(closeHead)
      void connection.write(large)
      await stopped(() => scene.running.response?.bytes ?? 0)
    },
  },
]

/** Waits until an amount that has grown does not any more: how much the system's buffers take is its own business. */
async function stopped(amount: () => number): Promise<void> {
  let last = 0
  let since = performance.now()
  await eventually(() => {
    const now = amount()
    if (now > last) since = performance.now()
    last = now
    return now > 0 && performance.now() - since > 50
  })
}

/** Brings a scene that was opened with the state's settings into that state, by one request. */
export async function enter(scene: Scene, state: State): Promise<Asked> {
  const asked = await scene.ask()
  await state.enter(scene, asked)
  return asked
}
