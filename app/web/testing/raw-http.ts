/** For tests: HTTP as no well-behaved client would write it. */
import { connect } from 'node:net'

export type RawAnswer = { status: number; head: string; body: string }

/** Sends the text as it is and reads until the other end has closed. */
export function sendRaw(port: number, text: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let all = ''
    socket.on('data', (data) => (all += data.toString('latin1')))
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = '', ...body] = all.split('\r\n\r\n')
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: body.join('\r\n\r\n') })
    })
    socket.write(text, 'latin1')
  })
}

/** One request; the connection ends with its answer. `headers` replace the ones every request has; PORT in them is the server's. */
export function ask(
  port: number,
  target: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<RawAnswer> {
  const all = { Host: '127.0.0.1:PORT', Connection: 'close', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value.replace('PORT', String(port))}\r\n`)
  return sendRaw(port, `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`)
}
