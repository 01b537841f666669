/**
 * The settings panel's sentences. A new option of the config file needs its line in `rows`: without it this does not
 * compile, and the option has no place in the panel.
 */
import type { OptionKey, options } from '../../app/contract/options.ts'

type FileKey = {
  [K in OptionKey]: 'file' extends (typeof options)[K]['places'][number] ? K : never
}[OptionKey]
/** Options of the file that mean nothing to a window. */
export type HiddenKey = 'json' | 'quiet'
export type PanelKey = Exclude<FileKey, HiddenKey>

export type SectionId = 'streaming' | 'recording' | 'passthrough' | 'certificates' | 'network'

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
}

const rows: Record<PanelKey, RowText> = {
  stream: {
    section: 'streaming',
    title: 'Stream response bodies larger than',
    help: 'Larger bodies go to the client as they arrive and are not recorded. Empty: none is streamed for its size. 0: every body is.',
    examples: ['1m', '3m', '10m', '0', ''],
    without: 'no size',
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
    help: 'Ended flows beyond this many are dropped, the oldest first.',
    examples: ['10000', '100000'],
  },
  bodyDisk: {
    section: 'recording',
    title: 'Recorded bodies on disk',
    help: 'Beyond this, the bodies of the oldest flows are given up; the flows stay.',
    examples: ['1g', '4g', '20g'],
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
    help: 'Holds ca.pem and ca-key.pem; both are created on first use. Clients that trust another CA will refuse ours.',
    without: 'Spillway’s own data folder',
  },
  listen: {
    section: 'network',
    title: 'Proxy address',
    help: 'Where clients reach the proxy: a port, or host:port.',
    examples: ['8080', '127.0.0.1:9090'],
    without: '127.0.0.1:8080, or the next free port',
  },
  allowLan: {
    section: 'network',
    title: 'Allow other machines',
    help: 'Lets the proxy address be one that other machines can reach. Clients from public addresses are refused all the same.',
    warning: 'With an address like 0.0.0.0:8080, everybody on this network can send traffic through this machine.',
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

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

export const settingsTexts = {
  rows,
  sections: {
    streaming: 'Streaming',
    recording: 'Recording',
    passthrough: 'Passthrough',
    certificates: 'Certificates',
    network: 'Network',
  } satisfies Record<SectionId, string>,
  sectionList: 'Sections of the settings',
  panel: 'Settings',
  search: 'Search settings',
  searchKeys: 'Ctrl F',
  found: (count: number) => (count === 0 ? 'No setting found' : counted(count, 'setting found', 'settings found')),
  noMatch: (text: string) => `No setting has “${text}” in its title, help, key or examples.`,
  clearSearch: 'Show all settings',
  loading: 'Asking for the settings…',
  lost: 'The connection to Spillway is broken. What you see is what was last known; changes are possible again once it is back.',
  connecting: 'Connecting to Spillway…',
  refused: (problem: string) => `Spillway does not answer this window: ${problem}`,
  keptIn: 'Kept in',
  applies: 'Changes apply to the next response.',

  isDefault: 'Default',
  defaultIs: (text: string) => `Default: ${text}`,
  changed: 'Changed',
  changedHint: 'Differs from the default',
  reset: 'Reset',
  resetName: (title: string) => `Reset “${title}” to its default`,
  fixed:
    'Locked: given on the command line or in the environment, which wins. Start Spillway without it to change it here.',
  laterCapture: 'Takes effect at the next start of the capture.',
  restart: 'Restart capture now',
  restarting: 'Restarting…',
  restartNote: 'Changed, but the running capture still goes by the old value. Running flows end when it restarts.',
  restartFailed: (problem: string) => `The capture did not start again: ${problem}`,
  applied: 'Applied',
  notYet: 'Not applied yet: Enter applies, Escape puts back.',
  elsewhere: (text: string) => `Changed elsewhere to ${text} meanwhile. Escape shows it, Enter applies yours.`,
  examples: 'Examples',
  exampleEmpty: 'empty',
  exampleName: (text: string, title: string) => `${text === '' ? 'Nothing' : text} for “${title}”`,
  bytes: (count: number) => counted(count, 'byte', 'bytes'),
  milliseconds: (count: number) => `${count.toLocaleString('en')} ms`,
  on: 'On',
  off: 'Off',
  add: 'Add',
  addName: (title: string) => `New entry for “${title}”`,
  remove: (text: string) => `Remove ${text}`,
  already: (text: string) => `"${text}" is in the list already`,
  listEmpty: 'None yet.',

  undo: 'Undo',
  undoKeys: 'Ctrl Z',
  set: (title: string, text: string) => `${title}: ${text}`,
  backToDefault: (title: string) => `${title}: back to the default`,
  undone: (label: string) => `Taken back: ${label}`,
  notUndone: (label: string) => `Not taken back, because it was changed elsewhere since: ${label}`,
  undoFailed: (label: string, why: string) => `Could not take back “${label}”: ${why}`,

  notATime: (text: string) =>
    `"${text}" is not a time: write milliseconds, or a number with ms, s, m or h ("500ms", "2s")`,
  notWhole: (text: string) => `"${text}" is less than a millisecond or not a whole number of them`,
  timeTooShort: (least: string) => `too short: at least ${least}`,
  timeTooLong: (most: string) => `too long: at most ${most}`,
  neverHeld: 'a body cannot be held for ever here: write a long time ("1h"), or a rule that buffers it',
  neverNot: 'there is no "never" here: write a long time ("10m")',

  picture: {
    slider: 'Threshold of streaming by size',
    none: 'No body yet. Send some traffic through the proxy, and the last 60 bodies stand here against the threshold.',
    counts: (total: number, held: number, streamed: number) =>
      `Last ${counted(total, 'body', 'bodies')}: ${held} held, ${streamed} streamed`,
    bySize: 'By size alone: rules and live types are asked first.',
    larger: (size: string) => `larger than ${size}`,
    nothing: 'no size rule: nothing is streamed for its size',
    everything: 'every body is streamed',
  },

  rules: {
    list: 'Streaming rules, in order',
    none: 'No rules: live types and size decide. Add one for the responses that should go another way.',
    add: 'Add a rule',
    name: 'Name',
    host: 'Host',
    path: 'Path',
    method: 'Method',
    status: 'Status',
    type: 'Media type',
    largerThan: 'Larger than',
    delivery: 'Then',
    stream: 'Stream',
    buffer: 'Buffer',
    streamWord: 'stream',
    bufferWord: 'buffer',
    holders: {
      name: 'e.g. Videos',
      host: '*.example.com',
      path: '/api/*',
      method: 'GET',
      status: '2xx',
      type: 'video/*',
      largerThan: '3m',
    },
    formNew: 'New rule',
    formEdit: (label: string) => `Edit ${label}`,
    formHelp: 'An empty field matches everything. * stands for any run of characters.',
    save: 'Save rule',
    addIt: 'Add rule',
    cancel: 'Cancel',
    everything: 'Every response',
    label: (name: string | undefined, index: number) => (name === undefined ? `rule ${index + 1}` : `rule “${name}”`),
    edit: (label: string) => `Edit ${label}`,
    duplicate: (label: string) => `Duplicate ${label}`,
    remove: (label: string) => `Delete ${label}`,
    up: (label: string) => `Move ${label} up`,
    down: (label: string) => `Move ${label} down`,
    drag: (label: string) => `Drag ${label} to another place; Alt with the arrow keys moves it too`,
    switch: (label: string) => `Use ${label}`,
    moved: (label: string, place: number, of: number) => `${label} is now ${place} of ${of}`,
    did: {
      added: (label: string) => `Added ${label}`,
      saved: (label: string) => `Saved ${label}`,
      duplicated: (label: string) => `Duplicated ${label}`,
      removed: (label: string) => `Deleted ${label}`,
      moved: (label: string) => `Moved ${label}`,
      on: (label: string) => `Switched on ${label}`,
      off: (label: string) => `Switched off ${label}`,
    },
    goneElsewhere: 'This rule was changed or deleted elsewhere meanwhile. Saving adds yours as a new one at its place.',
    faulty: 'The rule has a mistake; nothing is saved.',
    try: 'Try against captured flows',
    trying: 'Trying…',
    tried: (tried: number, changed: number) =>
      tried === 0
        ? 'No captured flow to try against yet.'
        : `${counted(changed, 'of ', 'of ')}${counted(tried, 'captured flow', 'captured flows')} would go another way.`,
    split: (streamed: number, buffered: number) =>
      `${streamed.toLocaleString('en')} streamed, ${buffered.toLocaleString('en')} buffered.`,
    example: (from: string, to: string) => `${from} → ${to}`,
    openFlow: (url: string) => `Show the flow ${url}`,
  },
}
