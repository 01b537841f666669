import { expect, test } from 'vitest'
import { agreedExtensions } from './handshake.ts'

const asked = 'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
const answer = (extra = '', upgrade = 'websocket'): string =>
  `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n${extra}`
const none = { serverNoContextTakeover: false, clientNoContextTakeover: false }
const defaults = { ...none, serverMaxWindowBits: 15, clientMaxWindowBits: 15 }

test.each([
  ['websocket', 'websocket', true],
  ['WebSocket', 'WEBSOCKET', true],
  ['\t websocket ', ' websocket\t', true],
  ['h9, websocket', 'websocket', true],
  ['websocket', 'h9', false],
  ['h9', 'websocket', false],
  // RFC 9110 §7.8: layers of protocols, of which only one is known.
  ['websocket, h9', 'h9, websocket', false],
  ['websocket/13', 'websocket/13', false],
])('asked for "%s", answered "%s": a WebSocket, %s', (wanted, given, expected) => {
  const request = asked.replace('websocket', wanted)
  expect(agreedExtensions(request, answer('', given)) !== undefined).toBe(expected)
})

test.each<[string, object]>([
  ['', { kind: 'none' }],
  ['permessage-deflate', { kind: 'deflate', parameters: defaults }],
  [
    'Permessage-Deflate ; Server_No_Context_Takeover',
    { kind: 'deflate', parameters: { serverNoContextTakeover: true } },
  ],
  [
    'permessage-deflate; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits="9"',
    {
      kind: 'deflate',
      parameters: { ...none, clientNoContextTakeover: true, serverMaxWindowBits: 10, clientMaxWindowBits: 9 },
    },
  ],
  ['permessage-deflate; server_max_window_bits=08', { kind: 'unknown' }],
  ['permessage-deflate; server_max_window_bits=16', { kind: 'unknown' }],
  ['permessage-deflate; server_max_window_bits', { kind: 'unknown' }],
  ['permessage-deflate; client_no_context_takeover=1', { kind: 'unknown' }],
  ['permessage-deflate; client_no_context_takeover; client_no_context_takeover', { kind: 'unknown' }],
  ['permessage-deflate; mystery', { kind: 'unknown', named: 'permessage-deflate; mystery' }],
  ['permessage-deflate, x-more', { kind: 'unknown' }],
  ['x-frame; a="b, permessage-deflate"', { kind: 'unknown', named: 'x-frame; a="b, permessage-deflate"' }],
])('extensions "%s"', (value, expected) => {
  const line = value === '' ? '' : `Sec-WebSocket-Extensions: ${value}\r\n`
  expect(agreedExtensions(asked, answer(line))).toMatchObject(expected)
})

test('extensions in several lines are one list (RFC 6455 §9.1); what was only offered is not agreed', () => {
  const lines = 'sec-websocket-extensions: permessage-deflate\r\nSEC-WEBSOCKET-EXTENSIONS: x-more\r\n'
  expect(agreedExtensions(asked, answer(lines))).toEqual({ kind: 'unknown', named: 'permessage-deflate,  x-more' })
  const offering = `${asked}Sec-WebSocket-Extensions: permessage-deflate\r\n`
  expect(agreedExtensions(offering, answer())).toEqual({ kind: 'none' })
})
