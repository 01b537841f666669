/** The resolver alone: what is asked of the system, when, and who hears the answer. */
import { beforeEach, expect, test, vi } from 'vitest'
import { failureKeptMs, foundKeptMs, namesKeptAtMost, Resolver, runningAtMost, type Answer } from './resolve.ts'

let time = 0
/** Names in the order they were asked, and the answers the system still owes. */
let asked: string[] = []
const owed = new Map<string, Answer>()
let resolver: Resolver

beforeEach(() => {
  time = 0
  asked = []
  owed.clear()
  const lookup = (name: string, answer: Answer): void => {
    asked.push(name)
    owed.set(name, answer)
  }
  resolver = new Resolver(lookup, () => time)
})

function reply(name: string, ...addresses: string[]): void {
  const answer = owed.get(name)!
  owed.delete(name)
  answer(null, addresses)
}

function ask(name: string): { heard: ReturnType<typeof vi.fn<Answer>>; leave: () => void } {
  const heard = vi.fn<Answer>()
  return { heard, leave: resolver.resolve(name, heard) }
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `dead-${index}.test`)

test.each([
  ['127.0.0.9', ['127.0.0.9']],
  ['2001:db8::1', ['2001:db8::1']],
  ['localhost', ['127.0.0.1', '::1']],
  ['LocalHost.', ['127.0.0.1', '::1']],
  ['app.localhost', ['127.0.0.1', '::1']],
])('%s is answered at once, also while every lookup hangs', (host, addresses) => {
  for (const name of names(runningAtMost + 1)) ask(name)
  expect(ask(host).heard).toHaveBeenCalledExactlyOnceWith(null, addresses)
  expect(asked).not.toContain(host)
})

test.each(['notlocalhost', 'localhost.test', '.localhost.test'])('%s is an ordinary name', (name) => {
  expect(ask(name).heard).not.toHaveBeenCalled()
  expect(asked).toEqual([name])
})

test('a good name is answered beside hanging ones', () => {
  const dead = names(runningAtMost - 1).map(ask)
  const good = ask('good.test')
  reply('good.test', '192.0.2.1')
  expect(good.heard).toHaveBeenCalledExactlyOnceWith(null, ['192.0.2.1'])
  for (const { heard } of dead) expect(heard).not.toHaveBeenCalled()
})

test('one lookup serves all who ask for the name, in any case', () => {
  const all = ['a.test', 'A.test', 'a.TEST'].map(ask)
  expect(asked).toEqual(['a.test'])
  reply('a.test', '192.0.2.1', '192.0.2.2')
  for (const { heard } of all) expect(heard).toHaveBeenCalledExactlyOnceWith(null, ['192.0.2.1', '192.0.2.2'])
})

test('one dead name asked for by many takes one place', () => {
  for (let count = 0; count < 100; count++) ask('dead.test')
  ask('good.test')
  expect(asked).toEqual(['dead.test', 'good.test'])
})

test('the rest queues, and starts in the order of asking', () => {
  const all = names(runningAtMost + 3)
  all.forEach(ask)
  expect(asked).toEqual(all.slice(0, runningAtMost))
  reply('dead-5.test', '192.0.2.1')
  expect(asked).toEqual(all.slice(0, runningAtMost + 1))
  reply('dead-0.test')
  reply('dead-1.test')
  expect(asked).toEqual(all)
})

test('who is queued and leaves is never looked up, unless another waits for the same name', () => {
  const running = names(runningAtMost)
  running.forEach(ask)
  const left = ask('left.test')
  const [one, two] = [ask('shared.test'), ask('shared.test')]
  left.leave()
  one.leave()
  for (const name of running) reply(name)
  expect(asked).toEqual([...running, 'shared.test'])
  reply('shared.test', '192.0.2.1')
  expect(one.heard).not.toHaveBeenCalled()
  expect(two.heard).toHaveBeenCalledOnce()
  const again = ask('left.test')
  reply('left.test', '192.0.2.2')
  expect(left.heard).not.toHaveBeenCalled()
  expect(again.heard).toHaveBeenCalledOnce()
})

test('who leaves a running lookup hears nothing; the next to ask joins it', () => {
  const first = ask('slow.test')
  first.leave()
  first.leave()
  const second = ask('slow.test')
  expect(asked).toEqual(['slow.test'])
  reply('slow.test', '192.0.2.1')
  expect(first.heard).not.toHaveBeenCalled()
  expect(second.heard).toHaveBeenCalledExactlyOnceWith(null, ['192.0.2.1'])
  second.leave()
})

test('what was found is kept for a while, then asked again', () => {
  ask('a.test')
  reply('a.test', '192.0.2.1')
  time = foundKeptMs - 1
  expect(ask('A.test').heard).toHaveBeenCalledExactlyOnceWith(null, ['192.0.2.1'])
  time = foundKeptMs
  expect(ask('a.test').heard).not.toHaveBeenCalled()
  expect(asked).toEqual(['a.test', 'a.test'])
})

test('a failure is kept for a shorter while, and so is having no address', () => {
  const error = new Error('not found')
  ask('a.test')
  owed.get('a.test')!(error, [])
  ask('b.test')
  reply('b.test')
  time = failureKeptMs - 1
  expect(ask('a.test').heard).toHaveBeenCalledExactlyOnceWith(error, [])
  expect(ask('b.test').heard).toHaveBeenCalledExactlyOnceWith(null, [])
  time = failureKeptMs
  expect(ask('a.test').heard).not.toHaveBeenCalled()
  expect(ask('b.test').heard).not.toHaveBeenCalled()
})

test('only so many names are kept: the oldest goes first', () => {
  const all = names(namesKeptAtMost + 1)
  for (const name of all) {
    ask(name)
    reply(name, '192.0.2.1')
  }
  expect(ask(all[1]!).heard).toHaveBeenCalledOnce()
  expect(ask(all[0]!).heard).not.toHaveBeenCalled()
})
