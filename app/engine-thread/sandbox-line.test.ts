import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import type { LaunchSandbox } from '../../main/index.ts'
import { AskedSandboxes, GivenSandboxes } from './sandbox-line.ts'

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Real processes that do nothing, or end by themselves with the script "end". */
const launch: LaunchSandbox = ({ SCRIPT = 'setInterval(() => undefined, 1000)' }) => {
  const child = spawn(process.execPath, ['-e', SCRIPT], { env: {}, stdio: 'ignore' })
  return {
    get pid() {
      return child.pid
    },
    kill: () => void child.kill('SIGKILL'),
    onExit: (listener) => void child.on('exit', listener),
  }
}

/** Both ends, with what they say to each other cloned and later, as between threads. */
function line(): { asked: AskedSandboxes; given: GivenSandboxes } {
  const later = <T>(take: (message: T) => unknown): ((message: T) => void) => {
    return (message) => void setImmediate(take, structuredClone(message))
  }
  const asked: AskedSandboxes = new AskedSandboxes(later((message) => given.take(message)))
  const given = new GivenSandboxes(launch, later((message) => asked.take(message))) // prettier-ignore
  return { asked, given }
}

const exit = (sandbox: ReturnType<LaunchSandbox>): Promise<string> =>
  new Promise((resolve) => sandbox.onExit(() => resolve('ended')))

test('a sandbox is started beside the thread, has an id, and is ended when it is asked for', async () => {
  const { asked } = line()
  const sandbox = asked.launch({})
  expect(sandbox.pid).toBeUndefined()
  await expect.poll(() => sandbox.pid).toBeGreaterThan(0)
  const ended = exit(sandbox)
  sandbox.kill()
  expect(await ended).toBe('ended')
  expect(await exit(sandbox)).toBe('ended')
  // Once more is no harm.
  sandbox.kill()
})

test('one that is not wanted any more before it was started is ended', async () => {
  const { asked } = line()
  const sandbox = asked.launch({})
  sandbox.kill()
  expect(await exit(sandbox)).toBe('ended')
})

test('one that ends by itself is told', async () => {
  const { asked } = line()
  expect(await exit(asked.launch({ SCRIPT: '' }))).toBe('ended')
})

test('all end with their thread, and those of the next thread do not', async () => {
  const [before, after] = [line(), line()]
  const sandboxes = [before.asked.launch({}), before.asked.launch({}), after.asked.launch({})]
  await expect.poll(() => sandboxes.every(({ pid }) => pid !== undefined)).toBe(true)
  const pids = sandboxes.map(({ pid }) => pid ?? 0)
  before.given.end()
  await expect.poll(() => pids.map(isAlive)).toEqual([false, false, true])
  // It asks for one more, on its way out.
  const late = before.asked.launch({})
  const ended = exit(sandboxes[2]!)
  sandboxes[2]!.kill()
  await ended
  expect(late.pid).toBeUndefined()
})

test('a thread gone wrong gets so many and no more', async () => {
  const { asked, given } = line()
  const sandboxes = Array.from({ length: 20 }, () => asked.launch({}))
  let ended = 0
  for (const sandbox of sandboxes) sandbox.onExit(() => ended++)
  await expect.poll(() => [sandboxes.filter(({ pid }) => pid !== undefined).length, ended]).toEqual([16, 4])
  const pids = sandboxes.flatMap(({ pid }) => pid ?? [])
  given.end()
  await expect.poll(() => pids.some(isAlive)).toBe(false)
})
