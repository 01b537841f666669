/**
 * Disks that are full: of recordings, of the log, of the file of TLS keys, of the CA. A limit of what a file may have
 * refuses writes in the middle as a full disk does, and needs no root; /dev/full is one that is full from the start.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Origin, head, text } from '../../app/headless/testing/origin.ts'
import { run } from '../../e2e/fixtures/command.ts'
import { bundle, Spillway, startSpillway } from '../../e2e/fixtures/spillway.ts'
import { temporaryFolder } from '../../main/certificates/testing.ts'
import { connectClient, connectSecure } from '../../main/testing/raw-client.ts'
import { startOrigin } from '../../main/testing/scripted-origin.ts'
import { chunk, patterned } from '../../main/testing/bytes.ts'
import { writeFrame } from '../../main/websocket/testing/frames.ts'

const MiB = 1024 * 1024
const oneMiB = MiB / 512

test('no room for recordings: bodies pass whole and the flow says what is missing', async () => {
  await using spillway = await startSpillway([], { fileBlocks: oneMiB })
  await using origin = await startOrigin()
  const content = patterned(5 * MiB)
  await using client = await connectClient(spillway.listeningPort)
  for (const path of ['/held', '/held-again']) {
    void client.write(`GET http://${origin.authority}${path} HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n`)
    const { connection } = await origin.request()
    void connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n')
    void connection.write(chunk(content))
    // Held, until the disk refuses: from then on it flows.
    await client.readUntil('\r\n\r\n')
    connection.end('0\r\n\r\n')
    expect((await client.readUntil('\r\n0\r\n\r\n')).includes(content)).toBe(true)
    const { error, delivery, reason, response } = await spillway.flowOf(path)
    expect([error, delivery, reason]).toEqual([
      null,
      'streamed',
      expect.stringMatching(/^the temporary file could not be written \(E\w+\)$/),
    ])
    expect(response).toMatchObject({ recorded: 'partial' })
  }
  // What needs no file is recorded as ever.
  await using small = await Origin.start((_, response) => response.end('small'))
  expect(await text(await head(spillway.listeningPort, small.url('/small')))).toBe('small')
  expect((await spillway.flowOf('/small')).response).toMatchObject({ recorded: 'complete' })
})

/** Bytes of each temporary file, in the order in which they were begun. */
function temporaryFiles(folder: string): Buffer[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^spillway-.*\/\d+$/.test(name),
  )
  const numbered = names.toSorted((a, b) => Number(a.split('/')[1]) - Number(b.split('/')[1]))
  return numbered.map((name) => readFileSync(join(folder, name)))
}

test('no room for a WebSocket, then there is some: it is recorded on, and what is missing is told to the byte', async () => {
  await using spillway = await startSpillway([], { fileBlocks: 8 })
  await using origin = await startOrigin()
  await using client = await connectClient(spillway.listeningPort)
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n'
  void client.write(`GET http://${origin.authority}/socket HTTP/1.1\r\nHost: ${origin.authority}\r\n${upgrade}\r\n`)
  const { connection } = await origin.request()
  void connection.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await client.readUntil('\r\n\r\n')
  const sent: Buffer[] = []
  const say = async (payload: Buffer): Promise<void> => {
    const frame = writeFrame({ opcode: 'binary', payload })
    sent.push(frame)
    void connection.write(frame)
    // Whatever the disk does, it passes.
    expect((await client.readUntil(frame.length)).equals(frame)).toBe(true)
  }
  // More than memory keeps, so that a file is begun, which takes its first 4 KiB.
  await say(patterned(300 * 1024))
  await expect.poll(() => temporaryFiles(spillway.folder).map(({ length }) => length)).toEqual([4096])
  await say(patterned(MiB))
  const before = Buffer.concat(sent).length
  expect((await run('prlimit', ['--pid', String(spillway.pid), '--fsize=unlimited'])).code).toBe(0)
  // It is tried again a second later, with what comes then; a file of its own is begun for 64 KiB.
  while (temporaryFiles(spillway.folder).length < 2) await say(patterned(8 * 1024))
  await say(patterned(100_000))
  client.end()
  connection.end()
  const { error, notes, response, messages } = await spillway.flowOf('/socket')
  const [first, second = Buffer.alloc(0)] = temporaryFiles(spillway.folder)
  const all = Buffer.concat(sent)
  expect(first?.equals(all.subarray(0, 4096))).toBe(true)
  const goesOn = all.length - second.length
  expect(goesOn).toBeGreaterThanOrEqual(before)
  expect(second.equals(all.subarray(goesOn))).toBe(true)
  expect([error, messages, response?.recorded]).toEqual([null, { sent: 0, received: sent.length }, 'partial'])
  expect(notes).toEqual([
    expect.stringMatching(
      `^${goesOn - 4096} bytes of what was received are not recorded \\(4096 to ${goesOn - 1}\\): the disk did not take it \\(EFBIG`,
    ),
  ])
})

test('no room for the log: it says so once, traffic goes on, and the exit code is 1', async () => {
  await using origin = await Origin.start((_, response) => response.end('served'))
  const spillway = new Spillway([], { output: '/dev/full' })
  try {
    await spillway.start()
    for (let count = 0; count < 3; count++) {
      expect(await text(await head(spillway.listeningPort, origin.url('/')))).toBe('served')
    }
    await spillway.says('stderr', /spillway: the output cannot be written \(ENOSPC.*\): traffic goes on without it\n/)
    expect(await text(await head(spillway.listeningPort, origin.url('/')))).toBe('served')
    spillway.child.kill('SIGTERM')
    const { code, stderr } = await spillway.ended
    expect(code).toBe(1)
    expect(stderr.match(/cannot be written/g)).toHaveLength(1)
  } finally {
    spillway.child.kill('SIGKILL')
  }
})

test('a log that the disk takes a part of ends there, and nothing else does', async () => {
  using folder = temporaryFolder()
  const output = join(folder.path, 'log')
  await using origin = await Origin.start((_, response) => response.end('served'))
  const spillway = new Spillway([], { output, fileBlocks: 8 })
  try {
    await spillway.start()
    for (let count = 0; count < 20; count++) {
      expect(await text(await head(spillway.listeningPort, origin.url(`/${'x'.repeat(300)}`)))).toBe('served')
    }
    await spillway.says('stderr', /the output cannot be written \(EFBIG.*\): traffic goes on without it\n/)
    spillway.child.kill('SIGTERM')
    expect((await spillway.ended).code).toBe(1)
    const lines = readFileSync(output, 'latin1').split('\n')
    expect(() => lines.slice(0, -1).map((line) => JSON.parse(line) as unknown)).not.toThrow()
  } finally {
    spillway.child.kill('SIGKILL')
  }
})

test.each(['--version', '--help', '--print-ca'])(
  '%s into a disk that is full: exit code 1, and why',
  async (option) => {
    using folder = temporaryFolder()
    const command = `exec "$0" '${bundle}' ${option} --ca-dir '${folder.path}' > /dev/full`
    const { code, stderr } = await run('/bin/sh', ['-c', command, process.execPath])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^spillway: the output cannot be written \(ENOSPC/)])
  },
)

test('no room for the keys of TLS connections: it says so once, and they go on', async () => {
  using folder = temporaryFolder()
  const SSLKEYLOGFILE = join(folder.path, 'keys.log')
  await using secret = await startOrigin({ tls: true })
  // The CA's own files fit.
  await using spillway = await startSpillway(['--insecure'], { env: { SSLKEYLOGFILE }, fileBlocks: 8 })
  for (let count = 0; count < 6; count++) {
    await using client = await connectSecure(spillway.listeningPort, secret.authority, spillway.caPem)
    void client.write('GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
    const { connection } = await secret.request()
    connection.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi')
    expect((await client.readAll()).toString()).toContain('200 OK')
  }
  await spillway.says('stderr', /keys\.log/)
  expect(spillway.stderr.match(/keys\.log/g)).toHaveLength(1)
})

test('no room for a new CA: it ends with 1 and says where; nothing half is left, and later it is made', async () => {
  using folder = temporaryFolder()
  const dir = join(folder.path, 'ca')
  const started = new Spillway(['--ca-dir', dir], { fileBlocks: 0 })
  const { code, stderr } = await started.ended
  expect(code).toBe(1)
  expect(stderr).toMatch(/ca-key\.pem cannot be written \(EFBIG.*choose another one for the CA/)
  expect(readdirSync(dir).filter((name) => name.endsWith('.pem') || name.endsWith('.tmp'))).toEqual([])
  await using spillway = await startSpillway(['--ca-dir', dir])
  expect(spillway.listeningPort).toBeGreaterThan(0)
  expect(existsSync(join(dir, 'ca.pem'))).toBe(true)
})
