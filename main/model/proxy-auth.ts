/** Who may use the proxy, as users write it: one user with a password. */
import type { Parsed } from './size.ts'
import type { Credentials } from './upstream.ts'

/** RFC 1929 §2. */
const longest = 255

/** "USER:PASSWORD", cut at the first colon (RFC 7617 §2). The message of a refusal does not tell the value. */
export function parseProxyAuth(text: string): Parsed<Credentials> {
  const refuse = (why: string): { ok: false; message: string } => ({
    ok: false,
    message: `these credentials ${why}: write USER:PASSWORD`,
  })
  const colon = text.indexOf(':')
  if (colon === -1) return refuse('have no colon between user and password')
  const [user, password] = [text.slice(0, colon), text.slice(colon + 1)]
  if (user === '') return refuse('have no user')
  if (password === '') return refuse('have no password')
  if (/\p{Cc}/u.test(text)) return refuse('have a control character, which no client can send')
  const isLong = [user, password].some((part) => new TextEncoder().encode(part).length > longest)
  if (isLong) return refuse(`have a part of more than ${longest} bytes, which SOCKS5 cannot carry`)
  return { ok: true, value: { user, password } }
}
