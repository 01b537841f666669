import { expect, test } from 'vitest'
import { mediaType } from './media-type.ts'

test.each([
  [undefined, undefined],
  ['', undefined],
  [' ', undefined],
  [';charset=utf-8', undefined],
  ['text/event-stream', 'text/event-stream'],
  ['Text/Event-Stream', 'text/event-stream'],
  ['text/event-stream; charset=utf-8', 'text/event-stream'],
  ['text/event-stream;charset=utf-8', 'text/event-stream'],
  [' text/event-stream ;charset=utf-8; a="b;c"', 'text/event-stream'],
  ['multipart/x-mixed-replace; boundary="x;y"', 'multipart/x-mixed-replace'],
])('the media type of %j is %j', (contentType, type) => {
  expect(mediaType(contentType)).toBe(type)
})
