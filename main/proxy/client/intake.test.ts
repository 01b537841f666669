/** What waits is bounded, in order, and handed on once, however it comes. */
import { Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { Intake } from './intake.ts'
import { StallWatch } from './stall-watch.ts'

/** Nothing ever comes over it, and it does not mind being asked. */
class Unconnected extends Socket {
  override _read(): void {
    // Nothing.
  }
}

test('a trickle of single bytes while it is paused is kept in order, and comes out as one', () => {
  const socket = new Unconnected()
  const taken: Buffer[] = []
  const intake = new Intake(socket, new StallWatch(), (bytes) => taken.push(bytes))
  intake.pause()
  const sent = Buffer.from(Array.from({ length: 5000 }, (_, at) => at % 251))
  for (let at = 0; at < sent.length; at++) intake.readAhead(sent.subarray(at, at + 1))
  expect(taken).toEqual([])
  intake.resume()
  expect(taken.length).toBe(1)
  expect(taken[0]!.equals(sent)).toBe(true)
  expect(intake.end().length).toBe(0)
})

test('what waits may pause it anew, and after its end it cannot be paused', () => {
  const socket = new Unconnected()
  let taken = 0
  const intake: Intake = new Intake(socket, new StallWatch(), (bytes) => {
    taken += bytes.length
    intake.pause()
  })
  intake.pause()
  intake.readAhead(Buffer.alloc(10))
  intake.resume()
  expect([taken, intake.paused, socket.isPaused()]).toEqual([10, true, true])
  intake.readAhead(Buffer.alloc(5))
  expect(intake.end().length).toBe(5)
  intake.pause()
  expect(intake.paused).toBe(false)
})

test('it reads on when a pause lasts, up to its bound, and probes behind it', () => {
  const socket = new Unconnected()
  const intake = new Intake(socket, new StallWatch(), () => undefined)
  intake.pause()
  intake.look()
  expect(socket.isPaused()).toBe(true)
  intake.look()
  expect(socket.isPaused()).toBe(false)
  intake.readAhead(Buffer.alloc(1024 * 1024 - 1))
  expect(socket.isPaused()).toBe(false)
  intake.readAhead(Buffer.alloc(1))
  expect(socket.isPaused()).toBe(true)
  const probed: unknown[] = []
  vi.spyOn(socket, 'write').mockImplementation((bytes: unknown) => probed.push(bytes) > 0)
  const handle = { writeQueueSize: 1 }
  Object.assign(socket, { _handle: handle })
  // Behind what waits to be written, whoever wrote that would be told that it is through.
  intake.look()
  expect(probed).toEqual([])
  handle.writeQueueSize = 0
  intake.look()
  expect(socket.isPaused()).toBe(true)
  expect(probed).toEqual([''])
  intake.end()
})
