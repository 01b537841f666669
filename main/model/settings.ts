/** Everything a user can set, with the values that hold when they set nothing. */
import type { ClientCertificate } from './client-certificate.ts'
import type { ModifierEntry } from './modifier.ts'
import type { Rule } from './rule.ts'

const MiB = 1024 * 1024

export type Settings = {
  /** Port undefined: 8080, or the next free one. */
  listen: { host: string; port: number | undefined }
  /** Ports that stand for an origin, each as reverse.ts reads it; opened with the proxy's own. */
  reverse: readonly string[]
  /** Listening beyond loopback; clients from public addresses are refused all the same. */
  allowLan: boolean
  /** "USER:PASSWORD" (proxy-auth.ts) that clients of the proxy have to give; undefined: everybody may use it. Shown nowhere. */
  proxyAuth: string | undefined
  /** The size rule in bytes: larger bodies are streamed; undefined: no size rule. */
  streamSize: number | undefined
  /** A body of unknown length under a size rule: held until it exceeds the size, or streamed at once. */
  streamUnknown: 'crossover' | 'now'
  /** Event streams and their like are streamed at once. */
  liveTypes: boolean
  /** A body held longer than this without completing is streamed; milliseconds. */
  holdMs: number
  /** Bytes held or recorded of one body. */
  bufferLimit: number
  rules: readonly Rule[]
  /** In the order in which they are applied. */
  modifiers: readonly ModifierEntry[]
  /** Bytes that the sandbox of a modifier may use beside what it needs itself. */
  modifierMemory: number
  /** A modifier that has input or room for output, and neither takes nor gives for this long, is ended; milliseconds. */
  modifierHangMs: number
  /** Globs on host or host:port; matching CONNECT targets and server names are tunnelled untouched. */
  passthrough: readonly string[]
  /** "NAME=ADDRESS" (host-address.ts): matching origins are dialled at this address; the first that matches counts. */
  resolve: readonly string[]
  /** A proxy between us and origins, as a URL (upstream.ts), perhaps with credentials, which are shown nowhere. */
  upstream: string | undefined
  /** Globs on host or host:port that are reached without it; "<-loopback>": this machine is reached by it. */
  noProxy: readonly string[]
  /** Folder of ca.pem and ca-key.pem. */
  caDir: string
  /** PEM texts of further CAs to trust for origins. */
  originCas: readonly string[]
  /** Who we are towards origins that want to know; the first whose host matches counts. */
  identities: readonly ClientCertificate[]
  /** Origins' certificates are not verified. */
  insecure: boolean
  /** Ended flows kept; the oldest are dropped beyond it, and counted. */
  maxFlows: number
  /** Bytes of recorded bodies on disk; beyond it those of the oldest flows are given up, then parts of WebSockets. */
  bodyDisk: number
  /** For TCP and TLS towards the origin together; milliseconds. */
  connectTimeoutMs: number
  /** A flow in which nothing moves for this long is ended; undefined: silence is not death. Milliseconds. */
  idleLimitMs: number | undefined
  /** Bounds of one message head. */
  headLimit: number
  fieldLimit: number
}

/** All but `caDir`, which depends on the machine. */
export const defaultSettings: Omit<Settings, 'caDir'> = {
  listen: { host: '127.0.0.1', port: undefined },
  reverse: [],
  allowLan: false,
  proxyAuth: undefined,
  streamSize: undefined,
  streamUnknown: 'crossover',
  liveTypes: true,
  holdMs: 500,
  bufferLimit: 64 * MiB,
  rules: [],
  modifiers: [],
  modifierMemory: 128 * MiB,
  modifierHangMs: 5000,
  passthrough: [],
  resolve: [],
  upstream: undefined,
  noProxy: [],
  originCas: [],
  identities: [],
  insecure: false,
  maxFlows: 100_000,
  bodyDisk: 4 * 1024 * MiB,
  connectTimeoutMs: 10_000,
  idleLimitMs: undefined,
  headLimit: 256 * 1024,
  fieldLimit: 2000,
}
