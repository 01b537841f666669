import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { get, Origin } from '../headless/testing/origin.ts'
import { TestHost } from './testing/memory-window.ts'

const ended = (row: { state: string }): boolean => row.state === 'done'

test('without dialogs the window saves files itself', async () => {
  await using bench = await TestHost.open()
  const save = bench.window().call('files.save', { name: 'a', bytes: new Uint8Array(3) })
  await expect(save).rejects.toMatchObject({ code: 'NOT_HERE' })
  await expect(bench.window().call('files.choose', undefined)).rejects.toMatchObject({ code: 'NOT_HERE' })
})

test('files are written whole to the place chosen, or not at all', async () => {
  const asked: (string | undefined)[] = []
  let place: string | undefined
  const choose = (name: string | undefined) => Promise.resolve((asked.push(name), place))
  await using bench = await TestHost.open({}, { files: { choose } })
  await using origin = await Origin.start((_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('decoded')),
  )
  const window = bench.window()
  expect(await window.call('files.save', { name: '../../etc/<x>\n', bytes: Buffer.from('abc') })).toEqual({})
  expect(asked).toEqual(['_x__'])
  expect(await window.call('files.choose', undefined)).toEqual({})
  expect(asked).toEqual(['_x__', undefined])
  place = join(bench.dir, 'saved')
  expect(await window.call('files.save', { name: 'a.bin', bytes: new Uint8Array([1, 2]) })).toEqual({ path: place })
  expect([...readFileSync(place)]).toEqual([1, 2])
  expect(await window.call('files.choose', undefined)).toEqual({ path: place })
  await get(await bench.port(), origin.url('/'))
  const { rows } = await window.event('flows', (message) => message.rows.some(ended))
  const body = { id: rows.find(ended)!.id, side: 'response', name: 'b' }
  await window.call('files.saveBody', { ...body, decoded: true })
  expect(readFileSync(place, 'utf8')).toBe('decoded')
  await window.call('files.saveBody', { ...body, decoded: false })
  expect(readFileSync(place)).toEqual(gzipSync('decoded'))
  await expect(window.call('files.saveBody', { ...body, id: 4711, decoded: true })).rejects.toMatchObject({
    code: 'GONE',
  })
  expect(readFileSync(place)).toEqual(gzipSync('decoded'))
  place = join(bench.dir, 'no', 'such', 'folder')
  await expect(window.call('files.save', { name: 'a', bytes: new Uint8Array(3) })).rejects.toMatchObject({
    code: 'FAILED',
    message: expect.stringContaining('no such file or directory') as string,
  })
  expect(readdirSync(bench.dir).filter((name) => name.endsWith('.part'))).toEqual([])
})
