import { expect, test } from 'vitest'
import { OwnTime } from './own-time.ts'

test('time counts while it is asked and not waiting for input', () => {
  let now = 1000
  const time = new OwnTime(() => now)
  const pass = (ms: number): void => void (now += ms)
  pass(300)
  expect(time.take()).toBe(0)
  time.asked(true)
  pass(2)
  time.starving(true)
  pass(500)
  time.starving(false)
  pass(3)
  expect(time.take()).toBe(5)
  // Asked still: what follows counts for the next one.
  pass(7)
  time.asked(false)
  pass(400)
  time.starving(true)
  time.asked(true)
  pass(20)
  expect(time.take()).toBe(7)
})
