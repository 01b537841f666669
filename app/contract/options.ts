/**
 * Every option of Spillway, once. The command line, the environment, the config file with its published schema,
 * the help text and the window's settings panel are all derived from this table: adding an option is one edit.
 *
 * An option is `streamUnknown` in the file, `--stream-unknown` on the command line, `SPILLWAY_STREAM_UNKNOWN` in the
 * environment. One whose key is also a key of main/model's Settings reaches the engine without further code.
 */
import type { Address } from '../../main/model/address.ts'
import type { ClientCertificateFiles } from '../../main/model/client-certificate.ts'
import type { ModifierEntry } from '../../main/model/modifier.ts'
import type { Rule } from '../../main/model/rule.ts'

export type Place = 'line' | 'environment' | 'file'

export type { Address }

/** How a value is written, and what it becomes. */
type ValueOfKind = {
  address: Address
  size: number // bytes
  count: number // whole
  choice: string
  switch: boolean
  patterns: string[] // globs on host[:port]
  addresses: string[] // of hosts: NAME=ADDRESS
  proxy: string // a URL
  credentials: string // USER:PASSWORD
  path: string
  paths: string[]
  reverses: string[] // as main/model/reverse.ts reads them
  rules: Rule[]
  modifiers: ModifierEntry[]
  certificates: ClientCertificateFiles[]
}
type Kind = keyof ValueOfKind

export type Option = {
  kind: Kind
  places: readonly Place[]
  help: string
  /** How the value is named in the help. A switch without it is written bare: `--json`. */
  shown?: string
  /** The text that is meant when the option is written without a value on the command line. */
  bare?: string
  choices?: readonly string[]
  /** Bounds of a size or count; both are allowed values. */
  least?: number
  most?: number
}

const everywhere = ['line', 'environment', 'file'] as const
const file = ['file'] as const
const line = ['line'] as const
const outside = ['line', 'environment'] as const
/** What a timer of Node can hold: a longer one would fire at once. */
const longest = 2 ** 31 - 1

export const options = {
  listen: {
    kind: 'address',
    places: everywhere,
    shown: '[HOST:]PORT',
    help: 'Accept clients here; without it 127.0.0.1:8080, or the next free port.',
  },
  reverse: {
    kind: 'reverses',
    places: everywhere,
    shown: '[[HOST:]PORT=]URL',
    help: 'Stand for this origin at a port of its own, for clients that take a base URL instead of a proxy; without it the next free port behind that of the proxy. Repeatable.',
  },
  stream: {
    kind: 'size',
    places: everywhere,
    shown: 'SIZE',
    help: 'Stream response bodies larger than this ("3m", "1.5g", "4096"; 1024-based). 0 streams every body.',
  },
  streamUnknown: {
    kind: 'choice',
    places: everywhere,
    shown: 'crossover|now',
    choices: ['crossover', 'now'],
    help: 'Bodies of unknown length under a size: held until they exceed it (the default), or streamed at once.',
  },
  liveTypes: {
    kind: 'switch',
    places: everywhere,
    shown: 'on|off',
    help: 'Stream event streams, NDJSON, gRPC and their like at once. On by default.',
  },
  holdMs: {
    kind: 'count',
    places: everywhere,
    shown: 'N',
    least: 0,
    most: longest,
    help: 'Stream a body that has been held longer than this without completing, in milliseconds. Default 500.',
  },
  passthrough: {
    kind: 'patterns',
    places: everywhere,
    shown: 'PATTERN',
    help: 'Tunnel matching hosts untouched: a glob on host or host:port ("*.bank.example", "*:8443"), or a network ("10.0.0.0/8"). Repeatable.',
  },
  resolve: {
    kind: 'addresses',
    places: everywhere,
    shown: 'NAME=ADDRESS',
    help: 'Connect to this IP address for a host; the host\'s name stays in everything that is sent. NAME is a glob on host or host:port ("*.example.com=127.0.0.1"); the first that matches counts. Repeatable.',
  },
  proxyAuth: {
    kind: 'credentials',
    places: everywhere,
    shown: 'USER:PASSWORD',
    help: 'Clients of the proxy have to give this user and password (Basic; SOCKS5 too). On the command line other users of this machine can read it: the environment and the file are safer.',
  },
  upstream: {
    kind: 'proxy',
    places: everywhere,
    shown: 'URL',
    help: 'Reach origins by this proxy: http://, https://, socks5:// or socks5h:// with [USER:PASSWORD@]HOST:PORT. This machine is reached without it.',
  },
  noProxy: {
    kind: 'patterns',
    places: everywhere,
    shown: 'LIST',
    help: 'Reach matching hosts without the upstream proxy: globs on host or host:port and networks ("10.0.0.0/8"), with commas between them. "<-loopback>" in it: this machine, too, is reached by the proxy. Repeatable.',
  },
  caDir: {
    kind: 'path',
    places: everywhere,
    shown: 'DIR',
    help: 'Folder of the CA (ca.pem, ca-key.pem); created on first use.',
  },
  originCa: {
    kind: 'paths',
    places: everywhere,
    shown: 'FILE',
    help: "A PEM file of further CAs to trust for origins' certificates. Repeatable.",
  },
  insecure: { kind: 'switch', places: everywhere, help: "Do not verify origins' certificates." },
  modifier: {
    kind: 'paths',
    places: everywhere,
    shown: 'FILE',
    help: 'Apply this modifier, a TypeScript or JavaScript file, to the responses it matches; read again when it changes. Repeatable.',
  },
  maxFlows: {
    kind: 'count',
    places: everywhere,
    shown: 'N',
    least: 1,
    help: 'Ended flows kept; the oldest are dropped. Default 100000.',
  },
  allowLan: { kind: 'switch', places: everywhere, help: 'Allow listening where other machines can reach it.' },
  json: { kind: 'switch', places: everywhere, help: 'Print one JSON line per ended flow.' },
  quiet: { kind: 'switch', places: everywhere, help: 'Print no flows and no hints.' },
  web: {
    kind: 'address',
    places: outside,
    shown: '[[HOST:]PORT]',
    bare: '127.0.0.1',
    help: 'Open a window for browsers of this machine, and print its address. Without a port 8090, or the next free one.',
  },
  webTokenFile: {
    kind: 'path',
    places: outside,
    shown: 'FILE',
    help: "Write the window's token to this file too, for scripts; it goes with the program.",
  },
  rules: {
    kind: 'rules',
    places: file,
    help: 'Which responses are streamed or buffered, tried in order; the first match decides.',
  },
  modifiers: {
    kind: 'modifiers',
    places: file,
    help: 'Modifiers in the order in which they are applied, behind those of "modifier": files with what they match.',
  },
  clientCerts: {
    kind: 'certificates',
    places: file,
    help: 'Certificates for origins that want to know who asks: each with "host" (a glob on host or host:port), and PEM files "cert" and "key", or a "pfx" file, with a "passphrase" if it has one.',
  },
  modifierMemory: {
    kind: 'size',
    places: file,
    least: 16 * 1024 * 1024,
    help: 'Memory one modifier may use before it is ended. Default "128m".',
  },
  modifierHangMs: {
    kind: 'count',
    places: file,
    least: 100,
    most: longest,
    help: 'A modifier that could go on and does not for this long is ended, in milliseconds. Default 5000.',
  },
  bufferLimit: { kind: 'size', places: file, help: 'Bytes held or recorded of one body. Default "64m".' },
  bodyDisk: {
    kind: 'size',
    places: file,
    help: 'Bytes of recorded bodies on disk; beyond it the bodies of the oldest flows are given up. Default "4g".',
  },
  headLimit: { kind: 'size', places: file, least: 1024, help: 'Bytes of one message head. Default "256k".' },
  fieldLimit: { kind: 'count', places: file, least: 1, help: 'Fields of one message head. Default 2000.' },
  connectTimeoutMs: {
    kind: 'count',
    places: file,
    least: 1,
    most: longest,
    help: 'For TCP and TLS towards the origin together, in milliseconds. Default 10000.',
  },
  idleLimitMs: {
    kind: 'count',
    places: file,
    least: 1,
    most: longest,
    help: 'End a flow in which nothing moves for this long, in milliseconds. Without it, silence is not death.',
  },
  config: { kind: 'path', places: outside, shown: 'FILE', help: 'Read options from a JSON file.' },
  printCa: { kind: 'switch', places: line, help: 'Print the CA certificate (created when there is none) and exit.' },
  version: { kind: 'switch', places: line, help: 'Print the version and exit.' },
  help: { kind: 'switch', places: line, help: 'Print this and exit.' },
} as const satisfies Record<string, Option>

export type OptionKey = keyof typeof options

type ValueOf<O extends Option> = O extends { choices: readonly (infer C)[] } ? C : ValueOfKind[O['kind']]

/** What was given in one place, or in all of them together; absent: not given. */
export type Values = { -readonly [K in OptionKey]?: ValueOf<(typeof options)[K]> }

/** The options of a place, in the order of the table. */
export function optionsIn(place: Place): [key: OptionKey, option: Option][] {
  // The table's keys are exactly OptionKey; Object.entries only promises strings.
  const entries = Object.entries(options) as [OptionKey, Option][]
  return entries.filter(([, option]) => option.places.includes(place))
}

/** `streamUnknown` → `--stream-unknown` */
export const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** `streamUnknown` → `SPILLWAY_STREAM_UNKNOWN` */
export const variableOf = (key: string): string =>
  `SPILLWAY_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
