/** The shape of the requests in the corpus, and how most of them are written. */
/** All that a client sends over one connection, and what comes of it. ORIGIN: the origin's host and port. */
export type RequestCase = {
  name: string
  /** The RFC section, the class of smuggling, or the CVE with its product. */
  source: string
  wire: string
  /** What the origin reads, "METHOD target content" each. */
  told: string[]
  /** What the client reads, in order. */
  statuses: number[]
}

export const post = 'POST http://ORIGIN/a HTTP/1.1\r\nHost: ORIGIN\r\n'
export const get = 'GET http://ORIGIN/a HTTP/1.1\r\nHost: ORIGIN\r\n'
/** What is pipelined behind each, and must be seen by the origin as itself or not at all. */
export const next = 'GET http://ORIGIN/next HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'
export const hidden = 'GET /hidden HTTP/1.1\r\nHost: ORIGIN\r\n\r\n'

export function refused(name: string, source: string, wire: string, status = 400): RequestCase {
  return { name, source, wire, told: [], statuses: [status] }
}

/** Read one way only, so it passes, and so does what follows. `told`: the first message. */
export function passes(name: string, source: string, wire: string, told: string): RequestCase {
  return { name, source, wire: wire + next, told: [told, 'GET /next '], statuses: [200, 200] }
}
