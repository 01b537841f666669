import { existsSync, readdirSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { FramePort, frameType } from '../frames/index.ts'
import { meet } from './connect-sandbox.ts'

/** Connects and says this. Resolves with the socket when it has been cut off, or never. */
function come(path: string, ...says: (Buffer | string)[]): { socket: Socket; cut: Promise<void> } {
  const socket = connect(path)
  for (const text of says) socket.write(text)
  const cut = new Promise<void>((resolve) => socket.on('error', () => undefined).on('close', () => resolve()))
  return { socket, cut }
}

function hello(token: string): Buffer {
  const port = new FramePort()
  port.text(frameType.hello, 0, token)
  return Buffer.concat(port.take())
}

test('both come with their tokens, in pieces or with more behind it; then nobody can come any more', async () => {
  const { invitation, control, data, close } = await meet()
  const folder = dirname(invitation.socket)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(readdirSync(invitation.folder)).toEqual([])
  const bytes = hello(invitation.control)
  const slow = come(invitation.socket, bytes.subarray(0, 3))
  come(invitation.socket, Buffer.concat([hello(invitation.data), Buffer.from('more')]))
  await new Promise((resolve) => setTimeout(resolve, 20))
  slow.socket.write(bytes.subarray(3))
  const both = { control: await control, data: await data }
  expect(both.control.rest.length).toBe(0)
  expect(both.data.rest.toString()).toBe('more')
  await close()
  expect(existsSync(folder)).toBe(false)
  await come(invitation.socket, hello(invitation.data)).cut
  both.control.socket.destroy()
  both.data.socket.destroy()
})

test('strangers are cut off, and keep nobody away', async () => {
  const { invitation, control, data, close } = await meet()
  const { socket } = invitation
  const first = come(socket, hello(invitation.control))
  await Promise.all([
    come(socket, hello('x'.repeat(invitation.control.length))).cut,
    come(socket, hello('short')).cut,
    come(socket, hello(`${invitation.control}${invitation.control}`)).cut,
    come(socket, 'GET / HTTP/1.1\r\n\r\n').cut,
    come(socket, Buffer.alloc(100)).cut,
    come(socket, Buffer.alloc(64 * 1024, 0xff)).cut,
  ])
  // A token is good for one connection.
  await come(socket, hello(invitation.control)).cut
  come(socket, hello(invitation.data))
  const both = { control: await control, data: await data }
  expect(first.socket.destroyed).toBe(false)
  await close()
  both.control.socket.destroy()
  both.data.socket.destroy()
})

test('those who say nothing are bounded, and cut off at the end', async () => {
  const { invitation, control, data, close } = await meet()
  const silent = Array.from({ length: 8 }, () => come(invitation.socket))
  await Promise.all(silent.map(({ socket }) => new Promise((resolve) => socket.on('connect', resolve))))
  await come(invitation.socket).cut
  await close()
  await Promise.all(silent.map(({ cut }) => cut))
  await expect(control).rejects.toThrow('nobody came')
  await expect(data).rejects.toThrow('nobody came')
})
