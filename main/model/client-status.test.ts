import { expect, test } from 'vitest'
import { clientStatus } from './client-status.ts'
import { nothingRecorded, type HeadEdit, type ResponseMessage } from './flow.ts'

const response = (edit?: HeadEdit): ResponseMessage => ({
  ...{ httpVersion: '1.1', head: 'HTTP/1.1 200 OK\r\n', edit, status: 200, trailers: undefined, body: nothingRecorded },
  ...{ bytes: 0, delivered: 0, chunks: 0, deliveredChunks: 0 },
})
const edit = (startLine?: string): HeadEdit => ({ startLine, drop: [], add: [] })

test('the client is sent the origin’s status, what a modifier made of it, or our own', () => {
  expect(clientStatus({ response: undefined })).toBeUndefined()
  expect(clientStatus({ response: response() })).toBe(200)
  expect(clientStatus({ response: response(edit()) })).toBe(200)
  expect(clientStatus({ response: response(edit('HTTP/1.1 418 I am a teapot')) })).toBe(418)
  expect(clientStatus({ response: response(edit('HTTP/1.1 418 ')), answered: 502 })).toBe(502)
  expect(clientStatus({ response: undefined, answered: 504 })).toBe(504)
})
