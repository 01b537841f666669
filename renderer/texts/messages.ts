/** Sentences about the messages of a WebSocket. */
import type { MessageRow } from '../../app/contract/messages.ts'

const noCloseCode = 'no code was given'

export const messages = {
  tab: 'Messages',
  list: 'Messages of this WebSocket',
  columns: { direction: 'Direction', time: 'Time', kind: 'Kind', size: 'Size', preview: 'Message' },
  directions: { sent: 'Sent', received: 'Received' },
  kinds: { text: 'text', binary: 'binary', ping: 'ping', pong: 'pong', close: 'close' } satisfies Record<
    MessageRow['opcode'],
    string
  >,
  filter: {
    direction: 'Show messages of which direction',
    kind: 'Show messages of which kind',
    directions: { all: 'All', sent: 'Sent', received: 'Received' },
    kinds: { all: 'All', text: 'Text', binary: 'Binary', control: 'Control' },
  },
  count: (shown: string, all: string | undefined) => (all === undefined ? shown : `${shown} of ${all}`),
  title: 'Messages',
  jump: 'Jump to the end',
  none: { title: 'No message yet', next: 'Each one appears here as soon as it has passed.' },
  never: { title: 'No message', next: 'The WebSocket ended before one had passed.' },
  noMatch: { title: 'No message of this kind', next: 'Choose another direction or kind above.' },
  notListed: {
    title: 'Messages not recorded',
    next: 'Nothing of their list was kept: the disk could not take it, or its space was needed for newer flows.',
  },
  notLoaded: 'The messages could not be loaded.',
  notKept: (size: string, direction: string, bytes: string, why: string) =>
    `${size} of what was ${direction} are not kept (bytes ${bytes}): ${why}.`,
  notKeptInList: (lost: number, numbers: string, why: string) =>
    `${count(lost, 'message')} ${lost === 1 ? 'is' : 'are'} not listed any more (${numbers}): ${why}.`,
  givenUp: (what: string, why: string) => `${what} given up: ${why}.`,
  ofSide: { request: 'What was sent was', response: 'What was received was', list: 'The list of messages was' },
  partsOfSide: {
    request: 'Parts of what was sent were',
    response: 'Parts of what was received were',
    list: 'Parts of the list of messages were',
  },
  lost: 'not kept: the disk could not take it, or its space was needed for newer messages',
  asSent: 'What the two agreed on is not known to Spillway, so messages are shown as they were sent.',
  notShown: (direction: string, why: string) => `Nothing more can be told of what was ${direction}: ${why}.`,
  notRecorded: 'not recorded',
  notInflated: {
    ahead: 'not inflated yet: it needs the messages before it',
    lost: 'not inflated: it needs a message before it, which is not known',
    damaged: 'not inflated: it is no valid deflate data',
    large: 'compressed and large: choose it to see it',
  } satisfies Record<NonNullable<MessageRow['notInflated']>, string>,
  compressed: (bytes: string) => `${bytes} compressed`,
  frames: (count: string) => `in ${count} frames`,
  detail: {
    region: 'The chosen message',
    title: (number: string) => `Message ${number}`,
    close: 'Close the message',
    empty: 'It has no payload.',
    gone: 'It cannot be shown',
    notInflated: 'It cannot be inflated',
    goOn: 'Go on inflating',
    reason: (reason: string) => `Reason: “${reason}”`,
    noReason: 'It gives no reason.',
    reasonLost: 'Whether it gives a reason was not recorded.',
  },
  find: {
    open: 'Find in all messages',
    query: 'Find in all messages',
    missed: (count: number) => `(${figure(count)} could not be searched whole: not recorded, or not inflated)`,
  },
  /** Of the inspector's other tabs. */
  body: {
    title: 'Its bytes are messages',
    next: 'After this head the connection is a WebSocket, and what passes in this direction are frames of messages.',
    show: 'Show the messages',
  },
  /** Behind the figure in the list of flows. */
  inRow: 'messages',
  overview: {
    title: 'Messages',
    told: (sent: number, received: number, control: number) =>
      `${count(sent, 'message')} sent, ${figure(received)} received${control > 0 ? `; ${count(control, 'control frame')}` : ''}.`,
  },
  /** RFC 6455 §7.4.1, and what was registered since; undefined: the application says what it means. */
  closeCode: (code: number): string | undefined =>
    closeCodes[code] ?? (code >= 3000 && code < 5000 ? undefined : 'not a code that means anything'),
  noCloseCode,
}

const closeCodes: Record<number, string> = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'data of a kind it cannot accept',
  1005: noCloseCode,
  1006: 'ended without a close frame',
  1007: 'data that is not what its kind says',
  1008: 'policy violation',
  1009: 'message too big',
  1010: 'an extension was expected',
  1011: 'internal error',
  1012: 'service restart',
  1013: 'try again later',
  1014: 'bad gateway',
  1015: 'TLS handshake failed',
}

const figure = (value: number): string => value.toLocaleString('en')
const count = (value: number, thing: string): string => `${figure(value)} ${thing}${value === 1 ? '' : 's'}`
