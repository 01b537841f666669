import { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ClientWriter } from './client-writer.ts'

/** A client whose writes are answered by the test; or, if `prompt`, at once. */
function scripted({ highWaterMark = 100, prompt = false, refuse = undefined as Error | undefined } = {}) {
  const told: string[] = []
  const answers: ((error?: Error) => void)[] = []
  const client = new Writable({
    highWaterMark,
    decodeStrings: true,
    write(bytes: Buffer, _, done) {
      told.push(`sent ${bytes.toString()}`)
      if (prompt) done(refuse)
      else answers.push(done)
    },
  }).on('error', () => undefined)
  const writer = new ClientWriter(client)
  client.on('drain', () => writer.drained())
  const owner = {
    pause: () => void told.push('pause'),
    resume: () => void told.push('resume'),
    flushed: () => void told.push('flushed'),
    bug: (cause: unknown) => void told.push(String(cause)),
  }
  const answer = async (error?: Error): Promise<void> => {
    answers.shift()?.(error)
    await setImmediate()
  }
  return { writer, owner, told, answer }
}

test('the head leaves with the first bytes, and the end is told when the last ones have left', async () => {
  const { writer, owner, told, answer } = scripted()
  writer.begin('HEAD ', owner)
  expect(writer.unsent).toBe(true)
  writer.write(Buffer.from('body'), true)
  expect(writer.unsent).toBe(false)
  expect(told).toEqual(['sent HEAD body'])
  await answer()
  await answer()
  expect(told).toEqual(['sent HEAD body', 'sent ', 'flushed'])
  // From then on the last write itself brings the answer.
  writer.begin('NEXT ', owner)
  writer.write(Buffer.from('body'), true)
  await answer()
  expect(told.slice(3)).toEqual(['sent NEXT body', 'flushed'])
})

test('an end that left within its write is told when the writer is ready to hear it, once', () => {
  const { writer, owner, told } = scripted({ prompt: true })
  writer.begin('HEAD ', owner)
  writer.write(Buffer.from('body'), true)
  expect(told).toEqual(['sent HEAD body'])
  writer.settle()
  writer.settle()
  expect(told).toEqual(['sent HEAD body', 'flushed'])
})

test('a last write that fails at once is no end', async () => {
  const { writer, owner, told, answer } = scripted({ prompt: true, refuse: new Error('reset') })
  writer.begin('HEAD ', owner)
  writer.write(Buffer.from('body'), true)
  writer.settle()
  await answer()
  expect(told).toEqual(['sent HEAD body'])
})

// A client that reset while the last bytes waited was once told of as if it had got them.
test('a last write that fails is no end', async () => {
  const { writer, owner, told, answer } = scripted()
  writer.begin('HEAD ', owner)
  writer.write(Buffer.from('body'), true)
  await answer(new Error('reset'))
  expect(told).toEqual(['sent HEAD body'])
})

test('the source waits while the client does not take what it was given, each time once', async () => {
  const { writer, owner, told, answer } = scripted({ highWaterMark: 8 })
  writer.begin('', owner)
  writer.write(Buffer.from('12345678'), false)
  writer.write(Buffer.from('x'), false)
  expect(told).toEqual(['sent 12345678', 'pause'])
  expect(writer.waiting).toBe(true)
  await answer()
  expect(writer.waiting).toBe(true)
  await answer()
  expect(told).toEqual(['sent 12345678', 'pause', 'sent x', 'resume'])
  writer.write(Buffer.from('12345678'), false)
  await answer()
  expect(told.slice(4)).toEqual(['sent 12345678', 'pause', 'resume'])
})

test('behind the last bytes the source is not paused: it serves somebody else', async () => {
  const { writer, owner, told, answer } = scripted({ highWaterMark: 8 })
  writer.begin('', owner)
  writer.write(Buffer.from('12345678'), true)
  await answer()
  await answer()
  expect(told).toEqual(['sent 12345678', 'sent ', 'flushed'])
})

test('the end without bytes is told once everything has left, also when there was nothing but a head', async () => {
  const one = scripted()
  one.writer.begin('HEAD', one.owner)
  one.writer.finish()
  expect(one.told).toEqual(['sent HEAD'])
  await one.answer()
  await one.answer()
  expect(one.told).toEqual(['sent HEAD', 'sent ', 'flushed'])
  const other = scripted()
  other.writer.begin('', other.owner)
  other.writer.write(Buffer.from('a'), false)
  other.writer.finish()
  expect(other.told).toEqual(['sent a'])
  await other.answer()
  await other.answer()
  expect(other.told).toEqual(['sent a', 'sent ', 'flushed'])
})

test('after `end` nobody is told anything, and the next response begins anew', async () => {
  const { writer, owner, told, answer } = scripted({ highWaterMark: 4 })
  writer.begin('', owner)
  writer.write(Buffer.from('1234'), false)
  writer.end()
  await answer()
  expect(told).toEqual(['sent 1234', 'pause'])
  writer.begin('NEXT', owner)
  expect([writer.unsent, writer.waiting]).toEqual([true, false])
})
