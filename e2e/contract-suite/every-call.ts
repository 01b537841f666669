/** For each call of the contract an input that makes sense; a call without one does not compile. */
import type { CallName, Input } from '../../app/contract/contract.ts'

/** `id`: an ended flow with a recorded body. In this order. */
export const everyCall: { [N in CallName]: (id: number) => Input<N> } = {
  'app.info': () => undefined,
  'capture.state': () => undefined,
  'ca.get': () => undefined,
  'flows.page': () => ({ after: 0 }),
  'flows.get': (id) => ({ id }),
  'flows.body': (id) => ({ id, side: 'response', decoded: true, offset: 0, length: 1000 }),
  'flows.tail': (id) => ({ id, after: 0 }),
  'settings.get': () => undefined,
  'rules.try': () => ({ patch: { stream: '1k' } }),
  'settings.set': () => ({ patch: { holdMs: 700 } }),
  'files.save': () => ({ name: 'flows.har', bytes: new Uint8Array([1, 2, 3]) }),
  'files.saveBody': (id) => ({ id, side: 'response', decoded: true, name: 'body.txt' }),
  'flows.kill': (id) => ({ ids: [id] }),
  'flows.delete': (id) => ({ ids: [id] }),
  'flows.clear': () => undefined,
  'capture.stop': () => undefined,
  'capture.start': () => undefined,
}

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
