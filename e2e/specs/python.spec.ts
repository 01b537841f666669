/** Python on both sides: urllib as a client that reads HTTP_PROXY, http.server as an origin that speaks HTTP/1.0. */
import { hash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { kill, run, says, start } from '../fixtures/command.ts'
import { curl } from '../fixtures/curl.ts'
import { files } from '../fixtures/nginx.ts'
import type { Spillway } from '../fixtures/spillway.ts'
import { test as base } from '../fixtures/test.ts'
import { tool } from '../fixtures/tools.ts'

/** Files as they are; with no length where the path says so, so that the connection's end is the body's. */
const server = `
import http.server, sys
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path != '/endless':
            return super().do_GET()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'until the end' * 10000)
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.send_response(201)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body[::-1])
http.server.test(Handler, http.server.ThreadingHTTPServer, port=0, bind='127.0.0.1')
`

const test = base.extend('python', { scope: 'file' }, async ({ folder }, { onCleanup }) => {
  writeFileSync(join(folder, 'file.bin'), files['2.9m.bin'])
  const started = start(tool('python'), ['-u', '-c', server], {}, folder)
  onCleanup(() => kill(started.child))
  const [, port = ''] = await says(started, /Serving HTTP on 127\.0\.0\.1 port (\d+)/)
  return `http://127.0.0.1:${port}`
})

test('http.server answers in HTTP/1.0: the client connection is kept all the same', async ({ spillway, python }) => {
  const { code, body, transfers } = await curl(spillway, [`${python}/file.bin?1`, `${python}/file.bin?2`])
  const twice = Buffer.concat([files['2.9m.bin'], files['2.9m.bin']])
  expect([code, body.equals(twice)]).toEqual([0, true])
  expect(transfers.map(({ num_connects }) => num_connects)).toEqual([1, 0])
  const flow = await spillway.flowOf('/file.bin?1')
  expect(flow.response).toMatchObject({ httpVersion: '1.0', bytes: files['2.9m.bin'].length, recorded: 'complete' })
})

test.for(['1.0', '1.1'])(
  'a body that ends with its connection, to a client of HTTP/%s',
  async (version, { spillway, python }) => {
    const { code, text } = await curl(spillway, [`--http${version}`, `${python}/endless`])
    expect([code, text]).toEqual([0, 'until the end'.repeat(10_000)])
  },
)

test('a POST that http.server reads', async ({ spillway, python }) => {
  const { code, text, transfers } = await curl(spillway, ['-d', 'abcdef', `${python}/post`])
  expect([code, text, transfers[0]?.http_code]).toEqual([0, 'fedcba', 201])
})

/** Opens each URL; prints status and the hash of the body, or the reason for which it could not. */
const client = `
import hashlib, sys, urllib.request, urllib.error
for url in sys.argv[1:]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            print(answer.status, hashlib.sha1(answer.read()).hexdigest())
    except urllib.error.HTTPError as error:
        print(error.code)
    except urllib.error.URLError as error:
        print(type(error.reason).__name__)
`

function urllib(spillway: Spillway, ca: string, ...urls: string[]) {
  const proxies = { HTTP_PROXY: spillway.url, HTTPS_PROXY: spillway.url, http_proxy: spillway.url }
  const env = { ...proxies, https_proxy: spillway.url, no_proxy: '', SSL_CERT_FILE: ca }
  return run(tool('python'), ['-c', client, ...urls], { env })
}

test('urllib over HTTP and HTTPS with our CA', async ({ spillway, nginx }) => {
  const sha1 = hash('sha1', files['3.1m.bin'])
  const urls = [`${nginx.http}/3.1m.bin?py`, `${nginx.https}/3.1m.bin?py`, `${nginx.https}/none?py`]
  const { code, stdout, stderr } = await urllib(spillway, spillway.ca, ...urls)
  expect(stderr).toBe('')
  expect([code, stdout.toString()]).toEqual([0, `200 ${sha1}\n200 ${sha1}\n404\n`])
  const flows = [await spillway.flowOf('?py'), await spillway.flowOf('?py'), await spillway.flowOf('?py')]
  // A large body may still be on its way to the disk when the next request has been answered.
  const told = flows.map(({ url, status }) => `${status} ${url}`)
  expect(told.toSorted()).toEqual(urls.map((url, at) => `${at < 2 ? 200 : 404} ${url}`).toSorted())
})

test('urllib without our CA', async ({ spillway, nginx, certificates }) => {
  const { stdout } = await urllib(spillway, certificates.ca, `${nginx.https}/untrusting`)
  expect(stdout.toString()).toBe('SSLCertVerificationError\n')
  const flow = await spillway.flow(({ error }) => error?.code === 'CLIENT_UNTRUSTING')
  expect(flow.url).toBe(nginx.https.slice('https://'.length))
})
