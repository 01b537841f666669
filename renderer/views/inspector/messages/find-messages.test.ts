import { expect, test } from 'vitest'
import { CallError } from '../../../../app/contract/wire.ts'
import { allSoFar } from '../body/find/finder.ts'
import { MessageSource, type FindIn } from './find-messages.ts'

const closed = () => new CallError({ code: 'CLOSED', message: 'The connection broke.' })

/** The answers are given one after the other; an error is one, too. */
function sourceOf(answers: (CallError | { found: number[]; next: number })[], total = 30) {
  const asked: [from: number, place: number][] = []
  const watchers = new Set<() => void>()
  let reconnect = (): void => undefined
  const findIn: FindIn = {
    ask(_text, from, place) {
      asked.push([from, place])
      const answer = answers.shift()
      if (!answer) return new Promise(() => undefined)
      if (answer instanceof CallError) return Promise.reject(answer)
      return Promise.resolve({
        ...answer,
        place: answer.next,
        total,
        missed: 1,
        listed: { all: total, lost: 0 },
        moved: false,
      })
    },
    subscribe(watcher) {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    connected: () => new Promise((resolve) => (reconnect = resolve)),
    place: () => 0,
    show: () => undefined,
  }
  return { source: new MessageSource(findIn), asked, watchers, reconnect: () => reconnect() }
}

// It said "The search could not go on", and stayed so, while the list beside it went on by itself.
test('after a lost connection it goes on where it was, and counts nothing twice', async () => {
  const { source, asked, watchers, reconnect } = sourceOf([
    { found: [3], next: 10 },
    closed(),
    closed(),
    { found: [12], next: 30 },
  ])
  const interest = new AbortController()
  const search = source.search('x', interest.signal)
  expect((await search.next()).value).toEqual([3])
  const next = search.next()
  for (const times of [2, 3]) {
    await expect.poll(() => asked.length).toBe(times)
    expect(watchers.size).toBe(0)
    reconnect()
  }
  expect((await next).value).toEqual([12])
  expect((await search.next()).value).toBe(allSoFar)
  expect(asked).toEqual([
    [0, 0],
    [10, 10],
    [10, 10],
    [10, 10],
  ])
  expect(source.missed).toBe(2)
  // What comes is searched: one waits for news, and none when nobody is interested any more.
  const more = search.next()
  await expect.poll(() => watchers.size).toBe(1)
  interest.abort()
  expect(await more).toEqual({ done: true, value: undefined })
  expect(watchers.size).toBe(0)
})

test('what cannot be helped by waiting ends it', async () => {
  const { source } = sourceOf([new CallError({ code: 'GONE', message: 'The flow is gone.' })])
  await expect(source.search('x', new AbortController().signal).next()).rejects.toMatchObject({ code: 'GONE' })
})
