import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { lineWriter } from './line-writer.ts'

/** A stream whose reader takes a write only when told. */
class Reader extends Writable {
  readonly writes: string[] = []
  private taken: ((error?: Error) => void) | undefined
  override _write(chunk: Buffer, _: string, done: (error?: Error | null) => void): void {
    this.writes.push(chunk.toString())
    this.taken = done
  }
  take(error?: Error): void {
    const done = this.taken
    this.taken = undefined
    done?.(error)
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('the lines of one turn leave in one write, and only one write is under way', async () => {
  const reader = new Reader()
  const writer = lineWriter(reader, 100, () => undefined)
  writer.write(() => 'a')
  writer.write(() => 'b')
  await turn()
  writer.write(() => 'c')
  await turn()
  expect(reader.writes).toEqual(['a\nb\n'])
  reader.take()
  await turn()
  expect(reader.writes).toEqual(['a\nb\n', 'c\n'])
})

test('lines are built at the end of the turn, but no more than a few wait for it', async () => {
  const reader = new Reader()
  const writer = lineWriter(reader, 1000, () => undefined)
  let built = 0
  const line = (): string => `line ${(built++).toString()}`
  writer.write(line)
  expect([built, writer.unread()]).toEqual([0, 1])
  await turn()
  expect(built).toBe(1)
  reader.take()
  await turn()
  for (let i = 0; i < 50; i++) writer.write(line)
  expect(built).toBeGreaterThan(20)
  await turn()
  expect(reader.writes.at(-1)?.split('\n')).toHaveLength(51)
})

test('what finds no room is not built, but counted, and said where it would have stood', async () => {
  const reader = new Reader()
  const writer = lineWriter(reader, 10, (lines) => `… ${lines.toString()} lines not shown`)
  writer.write(() => 'first')
  await turn()
  writer.write(() => '0123456789')
  let built = 0
  for (let i = 0; i < 3; i++) writer.write(() => `never ${(built++).toString()}`)
  expect(writer.unread()).toBe(5)
  reader.take()
  await turn()
  reader.take()
  await turn()
  expect(built).toBe(0)
  expect(writer.unread()).toBe(0)
  expect(reader.writes.join('')).toBe('first\n0123456789\n… 3 lines not shown\n')
  writer.write(() => 'again')
  await turn()
  reader.take()
  await writer.flushed()
  expect(reader.writes.at(-1)).toBe('again\n')
})

test('flushed waits for what is under way and what is waiting', async () => {
  const reader = new Reader()
  const writer = lineWriter(reader, 100, () => undefined)
  writer.write(() => 'a')
  let done = false
  const flushed = writer.flushed().then(() => (done = true))
  writer.write(() => 'b')
  await turn()
  expect(done).toBe(false)
  reader.take()
  await turn()
  expect(done).toBe(false)
  reader.take()
  await flushed
  expect(reader.writes).toEqual(['a\n', 'b\n'])
})

test('when the reader has gone nothing waits and nothing is built', async () => {
  const reader = new Reader()
  const errors: Error[] = []
  reader.on('error', (error) => errors.push(error))
  const writer = lineWriter(reader, 100, () => undefined)
  writer.write(() => 'a')
  const flushed = writer.flushed()
  reader.take(new Error('EPIPE'))
  await flushed
  writer.write(() => expect.fail('built'))
  await writer.flushed()
  expect(writer.unread()).toBe(0)
  expect(errors).toHaveLength(1)
})
