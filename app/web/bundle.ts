/** The built window as files: which answer each path gets. There is nothing in them to protect, so no token is asked. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Refusal } from './admission.ts'
import { guards, pagePolicy, sentenceAnswer, type Answer } from './answers.ts'

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
}

/** No segment begins with a dot, and there is neither % nor backslash: no way out of the folder can be written. */
const plainPath = /^\/(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/

const missing: Refusal = { status: 404, sentence: "There is nothing here. Spillway's window is at /." }
const placeholder = /__CSP_NONCE__/g

/** `target` as in the request line. `own`: the origin by which the browser knows the server. */
export async function bundleAnswer(folder: string, target: string, own: string): Promise<Answer> {
  const [asked = ''] = target.split('?', 1)
  const path = asked === '/' ? '/index.html' : asked
  const content = plainPath.test(path) ? await contentOf(join(folder, path)) : undefined
  if (!content) return sentenceAnswer(missing)
  const headers = { ...guards, 'Content-Type': types[extname(path)] ?? 'application/octet-stream' }
  if (path === '/index.html') {
    const nonce = randomBytes(16).toString('base64')
    const policy = { 'Content-Security-Policy': pagePolicy(own, nonce), 'Cache-Control': 'no-store' }
    const page = content.toString().replace(placeholder, () => nonce)
    return { status: 200, headers: { ...headers, ...policy }, body: Buffer.from(page) }
  }
  // The build puts a hash of the content into the names of assets.
  const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  return { status: 200, headers: { ...headers, 'Cache-Control': caching }, body: content }
}

async function contentOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined
    throw error
  }
}
