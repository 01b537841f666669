import { randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { frameType, headerLength } from '../frames/index.ts'

/** A connection that has said who it is; `rest` came behind its token. */
export type Joined = { socket: Socket; rest: Buffer }

export type Meeting = {
  /** What the process is told: where to connect, and its tokens. */
  invitation: { socket: string; folder: string; control: string; data: string }
  /** Each resolves when it has come. Reject only after `close`. */
  control: Promise<Joined>
  data: Promise<Joined>
  /** Nobody may come any more. Idempotent; never rejects. */
  readonly close: () => Promise<void>
}

/** Connections that have not said who they are; more are refused. */
const mostStrangers = 8
const tokenLength = 32

/**
 * A local socket in a folder of its own, which is there only until the two connections of one sandbox process have
 * come. Who does not begin with a token that is expected, and has not been used, is cut off.
 */
export async function meet(): Promise<Meeting> {
  const parent = await mkdtemp(join(tmpdir(), 'spillway-s-')) // for its owner alone
  const folder = join(parent, 'empty')
  await mkdir(folder)
  const socket = process.platform === 'win32' ? `\\\\.\\pipe\\spillway-${token()}` : join(parent, 's')
  const invitation = { socket, folder, control: token(), data: token() }
  const [control, data] = [expect(invitation.control), expect(invitation.data)]
  let expected = [control, data]
  const strangers = new Set<Socket>()

  const server = createServer((stranger) => {
    stranger.on('error', () => undefined)
    if (strangers.size >= mostStrangers) stranger.destroy()
    strangers.add(stranger)
    stranger.once('close', () => strangers.delete(stranger))
    introduce(stranger, (given) => {
      const guest = expected.find(({ token }) => same(given, token))
      if (!guest) return undefined
      expected = expected.filter((other) => other !== guest)
      strangers.delete(stranger)
      return guest
    }).then(
      ({ name: guest, rest }) => guest.came.resolve({ socket: stranger, rest }),
      () => stranger.destroy(),
    )
  })
  let closed: Promise<void> | undefined
  const close = (): Promise<void> =>
    (closed ??= (async () => {
      for (const { came } of expected) came.reject(new Error('nobody came'))
      for (const stranger of strangers) stranger.destroy()
      server.close()
      // On Windows a folder cannot go while a process is in it, which it soon leaves.
      await rm(parent, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined)
    })())
  try {
    await listen(server, socket)
  } catch (error) {
    await close()
    throw error
  }
  return { invitation, control: control.came.promise, data: data.came.promise, close }
}

type Guest = { token: string; came: PromiseWithResolvers<Joined> }

function expect(token: string): Guest {
  const came = Promise.withResolvers<Joined>()
  // Nobody has to wait for both.
  came.promise.catch(() => undefined)
  return { token, came }
}

/** Reads a frame that says hello, and hands back what came behind it. Rejects for anything else. */
function introduce<T>(socket: Socket, admit: (given: Buffer) => T | undefined): Promise<{ name: T; rest: Buffer }> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0)
    const take = (data: Buffer): void => {
      bytes = Buffer.concat([bytes, data])
      if (bytes.length < headerLength) return
      const end = headerLength + tokenLength
      if (bytes.readUInt32LE() !== tokenLength || bytes[4] !== frameType.hello) reject(new Error('no hello'))
      else if (bytes.length >= end) {
        socket.off('data', take)
        socket.pause()
        const name = admit(bytes.subarray(headerLength, end))
        if (name === undefined) reject(new Error('a stranger'))
        else resolve({ name, rest: bytes.subarray(end) })
      }
    }
    socket.on('data', take)
  })
}

const token = (): string => randomBytes(tokenLength / 2).toString('hex')

function same(given: Buffer, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected))
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      server.on('error', () => undefined)
      resolve()
    })
  })
}
