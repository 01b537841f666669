/** For each call of the contract an input that makes sense; a call without one does not compile. */
import type { CallName, Input } from '../../app/contract/contract.ts'
import { mostSource } from '../../app/contract/modifiers.ts'

/** What was made by the calls before; `flow`: an ended one with a recorded body; `socket`: a WebSocket. */
export type Made = { flow: number; socket: number; modifier: string; run: string }

/** In this order. */
export const everyCall: { [N in CallName]: (made: Made) => Input<N> } = {
  'app.info': () => undefined,
  'capture.state': () => undefined,
  'ca.get': () => undefined,
  'flows.page': () => ({ after: 0 }),
  'flows.get': ({ flow: id }) => ({ id }),
  'flows.body': ({ flow: id }) => ({ id, side: 'response', decoded: true, offset: 0, length: 1000 }),
  'flows.bodyChanged': ({ flow: id }) => ({ id }),
  'flows.tail': ({ flow: id }) => ({ id, after: 0 }),
  'flows.messages': ({ socket: id }) => ({ id, filter: { direction: 'received' }, from: 0, limit: 10 }),
  'flows.findMessages': ({ socket: id }) => ({
    id,
    filter: {},
    text: 'a',
    from: 0,
    place: 0,
    since: { all: 1, lost: 0 },
  }),
  'flows.messageCount': ({ socket: id }) => ({ id, known: 0 }),
  'flows.message': ({ socket: id }) => ({ id, number: 0, offset: 0, length: 1000 }),
  'settings.get': () => undefined,
  'rules.try': () => ({ patch: { stream: '1k' } }),
  'settings.set': () => ({ patch: { holdMs: 700 } }),
  'modifiers.list': () => undefined,
  'modifiers.starters': () => undefined,
  'modifiers.add': () => ({ name: 'every call', source: 'export default (chunks) => chunks' }),
  'modifiers.source': ({ modifier: id }) => ({ id }),
  'modifiers.log': ({ modifier: id }) => ({ id, after: 0 }),
  'modifiers.save': ({ modifier: id }) => ({ id, source: 'export default (chunks) => chunks // saved' }),
  'modifiers.arrange': ({ modifier: id }) => ({ rows: [{ id, off: false, match: {}, recode: false }] }),
  'modifiers.rename': ({ modifier: id }) => ({ id, name: 'another name.js' }),
  'modifiers.dryRun': ({ flow: id }) => ({
    name: 'draft.ts',
    source: 'export default (chunks) => chunks',
    input: { kind: 'flow', id },
    speed: 'recorded',
  }),
  'modifiers.matching': () => ({ match: { type: 'text/*' } }),
  'modifiers.dryRunSteps': ({ run }) => ({ run, after: 0 }),
  'modifiers.dryRunStop': ({ run }) => ({ run }),
  'modifiers.remove': ({ modifier: id }) => ({ id }),
  'files.choose': () => undefined,
  'files.save': () => ({ name: 'flows.har', bytes: new Uint8Array([1, 2, 3]) }),
  'files.saveBody': ({ flow: id }) => ({ id, side: 'response', decoded: true, name: 'body.txt' }),
  'flows.kill': ({ flow }) => ({ ids: [flow] }),
  'flows.delete': ({ flow }) => ({ ids: [flow] }),
  'flows.clear': () => undefined,
  'capture.stop': () => undefined,
  'capture.start': () => undefined,
}

const draft = { name: 'a.ts', source: '', input: { kind: 'sample' }, speed: 'once' }

/** What no window of ours sends, with an id: it is answered BAD_CALL. */
export const badCalls: [what: string, message: object][] = [
  ['an unknown call', { call: 'flows.format' }],
  ['a name of the prototype', { call: 'constructor' }],
  ['another one', { call: '__proto__' }],
  ['an input where there is none', { call: 'app.info', input: { a: 1 } }],
  ['no input', { call: 'flows.get' }],
  ['an input of another type', { call: 'flows.get', input: 'seven' }],
  ['an id of another type', { call: 'flows.get', input: { id: '7' } }],
  ['an id that cannot be', { call: 'flows.get', input: { id: -1 } }],
  ['a page that is too long', { call: 'flows.body', input: body({ length: 256 * 1024 + 1 }) }],
  ['an offset before the beginning', { call: 'flows.body', input: body({ offset: -1 }) }],
  ['a side that is none', { call: 'flows.body', input: body({ side: 'both' }) }],
  ['ids that are no list', { call: 'flows.delete', input: { ids: 7 } }],
  ['a side of an unknown kind', { call: 'flows.body', input: body({ side: 'origin' }) }],
  ['a source that is too long', { call: 'modifiers.add', input: { name: 'a', source: 'x'.repeat(mostSource + 1) } }],
  ['an input of a dry run that is none', { call: 'modifiers.dryRun', input: { ...draft, input: { kind: 'file' } } }],
  ['a speed that is none', { call: 'modifiers.dryRun', input: { ...draft, speed: 'twice' } }],
  ['chunks of nothing', { call: 'modifiers.dryRun', input: { ...draft, input: { kind: 'text', text: 'x', cut: 0 } } }],
  ['a page of more messages', { call: 'flows.messages', input: { id: 1, filter: {}, from: 0, limit: 201 } }],
  ['a filter that is none', { call: 'flows.messages', input: { id: 1, filter: { kind: 'odd' }, from: 0, limit: 1 } }],
  ['a message before the first', { call: 'flows.message', input: { id: 1, number: -1, offset: 0, length: 1 } }],
  ['a patch that is no object', { call: 'settings.set', input: { patch: 7 } }],
]

/** Without an id and a name there is no call, and nobody to answer: they are passed over. */
export const noCalls: unknown[] = [
  null,
  7,
  'call',
  [],
  {},
  { id: 'x', call: 'app.info' },
  { id: 1002, call: 7 },
  { cancel: 'x' },
  { cancel: 999 },
]

function body(changes: object): object {
  return { id: 1, side: 'response', decoded: false, offset: 0, length: 1, ...changes }
}
