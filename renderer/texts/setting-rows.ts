/**
 * What the settings panel says of each option. A new option of the config file needs its line here: without it this does
 * not compile, and the option has no place in the panel.
 */
import type { OptionKey, options, Values } from '../../app/contract/options.ts'
import { isOfThisMachine } from '../../app/contract/reverse.ts'

type FileKey = {
  [K in OptionKey]: 'file' extends (typeof options)[K]['places'][number] ? K : never
}[OptionKey]
/** Options of the file that mean nothing to a window, or have a panel of their own. */
export type HiddenKey = 'json' | 'quiet' | 'modifier' | 'modifiers'
export type PanelKey = Exclude<FileKey, HiddenKey>

export type SectionId = 'streaming' | 'recording' | 'modifiers' | 'passthrough' | 'certificates' | 'network'

export type RowText = {
  section: SectionId
  title: string
  /** In place of the option's own help, where the panel can say it better. */
  help?: string
  /** To click or to imitate; written as a user would. Empty text: nothing given. */
  examples?: readonly string[]
  /** What "not given" means where there is no default value. */
  without?: string
  /** The two ways of a choice. */
  choices?: Readonly<Record<string, string>>
  /** Shown while a switch is on and that is worth a thought. */
  warning?: string
  /** There is nothing to warn of with these. */
  safeWith?: (values: Values) => boolean
  /** What has to start anew before it holds; nothing when it holds at once. */
  startsWith?: 'capture' | 'program'
}

export const settingRows: Record<PanelKey, RowText> = {
  stream: {
    section: 'streaming',
    title: 'Stream response bodies larger than',
    help: 'Larger bodies go to the client as they arrive and are not recorded. Empty: none is streamed for its size. 0: every body is.',
    examples: ['1m', '3m', '10m', '0', ''],
    without: 'no size rule',
  },
  streamUnknown: {
    section: 'streaming',
    title: 'When the length is not announced',
    help: 'Under a size: bodies of unknown length are held until they exceed it and then stream from where they are, or stream at once.',
    choices: { crossover: 'Hold, then stream', now: 'Stream at once' },
  },
  liveTypes: {
    section: 'streaming',
    title: 'Always stream live types',
    help: 'Event streams and their like are passed on at once, and recorded as they pass.',
  },
  holdMs: {
    section: 'streaming',
    title: 'Hold a body at most',
    help: 'A body that takes longer to complete is passed on from then, and still recorded.',
    examples: ['500ms', '2s', '0'],
  },
  rules: {
    section: 'streaming',
    title: 'Streaming rules',
    help: 'Tried in order before live types and size; the first that matches decides.',
    without: 'no rules',
  },
  bufferLimit: {
    section: 'recording',
    title: 'Hold and record of one body',
    help: 'At this size a held body turns streamed, and a recording stops. Memory and disk are bounded by it.',
    examples: ['16m', '64m', '256m'],
  },
  maxFlows: {
    section: 'recording',
    title: 'Flows kept',
    startsWith: 'program',
    help: 'Ended flows beyond this many are dropped, the oldest first.',
    examples: ['10000', '100000'],
  },
  bodyDisk: {
    section: 'recording',
    title: 'Recorded bodies on disk',
    startsWith: 'program',
    help: 'Beyond this, the bodies of the oldest flows are given up, then the middle of the longest WebSocket; the flows stay.',
    examples: ['1g', '4g', '20g'],
  },
  modifierMemory: {
    section: 'modifiers',
    title: 'Memory of one modifier',
    help: 'A modifier that uses more is ended, with the flows it runs on; everything else goes on.',
    examples: ['64m', '128m', '512m'],
  },
  modifierHangMs: {
    section: 'modifiers',
    title: 'End a modifier that hangs after',
    help: 'It has input or room for output, and neither takes nor gives. Waiting on purpose, as delay does, does not count.',
    examples: ['2s', '5s', '30s'],
  },
  passthrough: {
    section: 'passthrough',
    title: 'Tunnel these hosts untouched',
    help: 'No interception and no recording: clients see the origin’s own certificate. A pattern on host or host:port.',
    examples: ['*.bank.example', '*:8443'],
    without: 'none',
  },
  originCa: {
    section: 'certificates',
    title: 'Further CAs for origins',
    help: 'PEM files on the machine where Spillway runs, trusted beside the system’s own, for origins with private certificates.',
    examples: ['/etc/ssl/company-ca.pem'],
    without: 'none',
  },
  clientCerts: {
    section: 'certificates',
    title: 'Certificates for origins that want to know who asks',
    help: 'Tried in order; the first whose host matches is shown to the origin. The files are on the machine where Spillway runs, PEM or PKCS #12; a passphrase is kept in the settings file.',
    without: 'none',
  },
  insecure: {
    section: 'certificates',
    title: 'Do not verify origins’ certificates',
    help: 'For test origins with self-signed certificates. A CA file above is the safer way.',
    warning:
      'Nobody checks who the origins are: someone on the way could read and change this traffic unseen, passwords included.',
  },
  caDir: {
    section: 'certificates',
    title: 'Folder of the CA',
    startsWith: 'capture',
    help: 'Holds ca.pem and ca-key.pem; both are created on first use. Clients that trust another CA will refuse ours.',
    without: 'Spillway’s own data folder',
  },
  listen: {
    section: 'network',
    title: 'Proxy address',
    startsWith: 'capture',
    help: 'Where clients reach the proxy: a port, or host:port.',
    examples: ['8080', '127.0.0.1:9090'],
    without: '127.0.0.1:8080, or the next free port',
  },
  reverse: {
    section: 'network',
    title: 'Stand for these origins',
    startsWith: 'capture',
    help: 'Each has a port of its own, for clients that take a base URL instead of a proxy. A URL alone takes the next free port behind the proxy’s; with PORT= or HOST:PORT= in front of it, that one.',
    examples: ['https://api.example.com', '9000=https://api.example.com/v1'],
    without: 'none',
  },
  allowLan: {
    section: 'network',
    title: 'Allow other machines',
    help: 'Lets the proxy address be one that other machines can reach. Clients from public addresses are refused all the same.',
    warning:
      'With an address like 0.0.0.0:8080, everybody on this network can send traffic through this machine. A user and a password, below, keep others out, but not of the ports that stand for an origin.',
    safeWith: ({ proxyAuth, reverse = [] }) => proxyAuth !== undefined && reverse.every(isOfThisMachine),
  },
  proxyAuth: {
    section: 'network',
    title: 'User and password of the proxy',
    help: 'Clients have to give them, as USER:PASSWORD in the address of the proxy; others are answered 407. Ports that stand for an origin do not ask. They are kept in the settings file, and shown only here.',
    without: 'none, everybody may use it',
  },
  resolve: {
    section: 'network',
    title: 'Addresses of hosts',
    help: 'Connects to an address of your choice for a host; its name stays in the request and in its certificate. A pattern on host or host:port, then the IP address.',
    examples: ['*.example.com=127.0.0.1', 'api.example.com:443=10.0.0.7'],
    without: 'those of the name servers',
  },
  upstream: {
    section: 'network',
    title: 'Upstream proxy',
    help: 'Origins are reached by this proxy: http, https, socks5 (names are looked up here) or socks5h (there), with user and password if it wants them. They are kept in the settings file, and shown only here.',
    examples: ['http://proxy.example.com:3128', 'socks5h://127.0.0.1:1080', ''],
    without: 'none',
  },
  noProxy: {
    section: 'network',
    title: 'Hosts reached without it',
    help: 'A pattern on host or host:port, or a network. This machine is reached without the upstream proxy anyway, unless <-loopback> is in the list.',
    examples: ['*.lan', 'db.example.com:5432', '10.0.0.0/8', '<-loopback>'],
    without: 'this machine alone',
  },
  connectTimeoutMs: {
    section: 'network',
    title: 'Time to connect',
    help: 'For TCP and TLS towards the origin together; then the client is answered 504.',
    examples: ['5s', '10s', '30s'],
  },
  idleLimitMs: {
    section: 'network',
    title: 'End silent flows after',
    help: 'A flow in which nothing moves for this long is ended. Empty: silence is not death.',
    examples: ['30s', '5m', ''],
    without: 'never',
  },
  headLimit: {
    section: 'network',
    title: 'Size of one message head',
    help: 'Larger heads are refused.',
    examples: ['64k', '256k'],
  },
  fieldLimit: {
    section: 'network',
    title: 'Fields of one message head',
    help: 'Heads with more fields are refused.',
    examples: ['500', '2000'],
  },
}
