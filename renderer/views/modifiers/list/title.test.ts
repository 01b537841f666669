import { expect, test } from 'vitest'
import { titleOf } from './title.ts'

test.each([
  ['replace-text.ts', 'Replace text'],
  ['redact-json-fields.ts', 'Redact JSON fields'],
  ['sse_to_ndjson.js', 'SSE to NDJSON'],
  ['jsonify.ts', 'Jsonify'],
])('%s is called %s', (name, title) => expect(titleOf(name)).toBe(title))
