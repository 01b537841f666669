/**
 * The origin for what nginx cannot do byte by byte: endless patterns, events with their time, a first byte long before
 * the rest. Arguments: HTTP port, HTTPS port, certificate, key. 127.0.0.1 only.
 */
import { readFileSync } from 'node:fs'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { block } from './pattern.ts'

const TICK_MS = 5
const FIRST_PART = 1024
const HELD_BACK_MS = 20

const head = (...fields: string[]): string => ['HTTP/1.1 200 OK', 'Server: bench', ...fields, '', ''].join('\r\n')
const binary = (length: number): string =>
  head('Content-Type: application/octet-stream', `Content-Length: ${length}`, 'Connection: keep-alive')

const chunkedHead = head('Content-Type: application/octet-stream', 'Transfer-Encoding: chunked')

/** Pattern bytes in transfer chunks of `size`, so many in one write that small ones do not cost the origin more. */
function writeChunks(socket: Socket, size: number, length: number): void {
  const atOnce = Math.max(1, Math.floor((64 * 1024) / size))
  const [line, end] = [Buffer.from(`${size.toString(16)}\r\n`), Buffer.from('\r\n')]
  let at = 0
  const more = (): void => {
    while (at < length && !socket.destroyed) {
      const parts: Buffer[] = []
      for (let n = 0; n < atOnce && at < length; n++) {
        const bytes = Math.min(size, length - at)
        const from = at % block.length
        const first = block.subarray(from, from + bytes)
        parts.push(bytes === size ? line : Buffer.from(`${bytes.toString(16)}\r\n`), first)
        if (first.length < bytes) parts.push(block.subarray(0, bytes - first.length))
        parts.push(end)
        at += bytes
      }
      if (!socket.write(Buffer.concat(parts)) && at < length) {
        socket.once('drain', more)
        return
      }
    }
    socket.write('0\r\n\r\n')
  }
  socket.write(chunkedHead)
  more()
}

/** Writes pattern bytes from `offset` to `end`, never more than one block ahead of the socket. */
function writePattern(socket: Socket, offset: number, end: number): void {
  let at = offset
  const more = (): void => {
    while (at < end && !socket.destroyed) {
      const from = at % block.length
      const part = block.subarray(from, Math.min(block.length, from + end - at))
      at += part.length
      if (!socket.write(part) && at < end) {
        socket.once('drain', more)
        return
      }
    }
  }
  more()
}

function tick(socket: Socket, count: number): void {
  socket.write(head('Content-Type: text/event-stream', 'Transfer-Encoding: chunked', 'Cache-Control: no-store'))
  let number = 0
  const timer = setInterval(() => {
    const last = number + 1 === count || socket.destroyed
    const event = `data: ${number++} ${process.hrtime.bigint()}\n\n`
    socket.write(`${event.length.toString(16)}\r\n${event}\r\n${last ? '0\r\n\r\n' : ''}`)
    if (last) clearInterval(timer)
  }, TICK_MS)
}

function firstByte(socket: Socket, length: number): void {
  socket.write(Buffer.concat([Buffer.from(binary(length)), block.subarray(0, FIRST_PART)]))
  setTimeout(() => writePattern(socket, FIRST_PART, length), HELD_BACK_MS)
}

function answer(socket: Socket, path: string): void {
  // What is under /modified is the same; the proxy knows the difference.
  const [what, value, size] = path
    .replace(/^\/modified/, '')
    .split('/')
    .slice(1)
  const amount = Number(value)
  if (what === 'chunked') writeChunks(socket, amount, Number(size))
  else if (what === 'stream') {
    socket.write(binary(amount))
    writePattern(socket, 0, amount)
  } else if (what === 'ticks') tick(socket, amount)
  else if (what === 'first-byte') firstByte(socket, amount)
  else socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
}

function serve(socket: Socket): void {
  let request = ''
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (data: Buffer) => {
    request += data.toString('latin1')
    if (!request.includes('\r\n\r\n')) return
    const path = request.split(' ', 2)[1] ?? ''
    request = ''
    answer(socket, path)
  })
}

const [httpPort, httpsPort, certFile = '', keyFile = ''] = process.argv.slice(2)
const secure = { cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.3' as const }
createTcpServer(serve).listen(Number(httpPort), '127.0.0.1')
createTlsServer({ ...secure, ALPNProtocols: ['http/1.1'] }, serve).listen(Number(httpsPort), '127.0.0.1')
