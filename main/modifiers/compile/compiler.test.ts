import { expect, test } from 'vitest'
import { Compiler } from './compiler.ts'

test('compiles in a thread of its own, in order, and knows what a fault is', async () => {
  const compiler = new Compiler()
  const [good, bad, again] = await Promise.all([
    compiler.compile('export default function* (): Iterable<string> { yield "a" }'),
    compiler.compile('export default function* ('),
    compiler.compile('export const match = {}'),
  ])
  expect(good).toMatchObject({ ok: true, exportedAt: { line: 1, column: 1 } })
  expect(bad).toMatchObject({ ok: false, faults: [{ line: 1 }] })
  expect(again).toMatchObject({ ok: true })
  await compiler.close()
})

test('what was waiting when it is closed is told so, and so is what comes later', async () => {
  const compiler = new Compiler()
  const waiting = [compiler.compile('1'), compiler.compile('2')]
  await compiler.close()
  const closed = { ok: false, faults: [{ message: 'Spillway is ending' }] }
  expect(await Promise.all(waiting)).toMatchObject([closed, closed])
  expect(await compiler.compile('3')).toMatchObject(closed)
})

test('a source beyond the bound is not looked at', async () => {
  const compiler = new Compiler()
  expect(await compiler.compile('/'.repeat(1024 * 1024 + 1))).toMatchObject({
    ok: false,
    faults: [{ message: 'it has more than 1048576 characters' }],
  })
  await compiler.close()
})

test('who is closed while others use the thread takes nothing from them', async () => {
  const [one, other] = [new Compiler(), new Compiler()]
  const waiting = [one.compile('export default 1'), one.compile('2'), other.compile('export default 3')]
  await one.close()
  const closed = { ok: false, faults: [{ message: 'Spillway is ending' }] }
  expect(await Promise.all(waiting)).toMatchObject([closed, closed, { ok: true }])
  expect(await other.compile('export default 4')).toMatchObject({ ok: true })
  await other.close()
})
