import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../certificates/testing.ts'
import { KeyLog } from './key-log.ts'

test('what the disk cannot keep up with is given up in whole lines, and told once', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'keys.log')
  const told: string[] = []
  const log = new KeyLog(file, (sentence) => told.push(sentence))
  log.take(Buffer.from('before it is open\n'))
  await log.open()
  await log.open()
  const line = Buffer.from(`${'x'.repeat(1023)}\n`)
  for (let count = 0; count < 3000; count++) log.take(line)
  await log.close()
  log.take(Buffer.from('after its end\n'))
  const written = readFileSync(file, 'latin1')
  expect(written).toMatch(/^(?:x{1023}\n)+$/)
  expect(written.length).toBeGreaterThanOrEqual(1024 * 1024)
  expect(written.length).toBeLessThan(3000 * 1024)
  expect(told).toEqual([`The keys of TLS connections cannot be written to ${file}: the disk is too slow`])
})
