import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { MemoryStore, TempFolder } from '../../../main/flows/index.ts'
import type { HeadEdit, Recorded } from '../../../main/model/flow.ts'
import { sampleFlow } from '../../headless/testing/sample-flow.ts'
import { BodyPages } from './body-pages.ts'
import { isChanged } from './changed-body.ts'

const never = new AbortController().signal
const long = Buffer.alloc(700_000, 'the same words again ')
const other = Buffer.from(long)
other[699_999] = 0
const uncoded: HeadEdit = { startLine: undefined, drop: [0], add: [] }

type Side = { bytes: Buffer; state?: Recorded }

/** Of a flow whose body came so, and went so. */
async function changed(came: Side, went: Side | undefined, coding = '', edit?: HeadEdit): Promise<boolean | undefined> {
  const store = new MemoryStore({ maxFlows: 10, folder: new TempFolder() })
  const flow = sampleFlow({ id: 1 })
  const recorded = ({ bytes, state = 'complete' }: Side) => ({
    ...{ state, length: bytes.length, content: { kind: 'memory', bytes } as const },
  })
  const head = `HTTP/1.1 200 OK\r\n${coding === '' ? '' : `Content-Encoding: ${coding}\r\n`}`
  flow.response = { ...flow.response!, head, edit, body: recorded(came) }
  if (went) flow.modifiedBody = recorded(went)
  store.add(flow)
  const engine = { flows: store, running: () => [] }
  const found = await isChanged(engine, new BodyPages(engine), 1, never)
  await store.close()
  return found
}

test.each<[string, Parameters<typeof changed>, boolean | undefined]>([
  ['nobody had it', [{ bytes: long }, undefined], false],
  ['the same', [{ bytes: long }, { bytes: long }], false],
  ['both empty', [{ bytes: Buffer.alloc(0) }, { bytes: Buffer.alloc(0) }], false],
  ['another last byte', [{ bytes: long }, { bytes: other }], true],
  ['shorter', [{ bytes: long }, { bytes: long.subarray(0, 600_000) }], true],
  ['longer', [{ bytes: long.subarray(0, 600_000) }, { bytes: long }], true],
  ['nothing left', [{ bytes: long }, { bytes: Buffer.alloc(0) }], true],
  ['the same, decoded', [{ bytes: gzipSync(long) }, { bytes: long }, 'gzip', uncoded], false],
  ['another one, decoded', [{ bytes: gzipSync(long) }, { bytes: other }, 'gzip', uncoded], true],
  ['the same, encoded anew', [{ bytes: gzipSync(long) }, { bytes: gzipSync(long, { level: 1 }) }, 'gzip'], false],
  ['no valid coding', [{ bytes: long }, { bytes: other }, 'gzip', uncoded], undefined],
  [
    'cut, of one that is not known to its end',
    [{ bytes: long, state: 'partial' }, { bytes: long.subarray(0, 9) }],
    true,
  ],
  [
    'nothing left of one that is not known to its end',
    [{ bytes: long, state: 'partial' }, { bytes: Buffer.alloc(0) }],
    true,
  ],
  [
    'whole, where it is not known how it went on',
    [{ bytes: long }, { bytes: long.subarray(0, 9), state: 'partial' }],
    undefined,
  ],
  [
    'the same as far as is known',
    [
      { bytes: long, state: 'partial' },
      { bytes: long, state: 'partial' },
    ],
    undefined,
  ],
  [
    'another one before that',
    [
      { bytes: long, state: 'partial' },
      { bytes: other, state: 'partial' },
    ],
    true,
  ],
])('%s', async (_, given, expected) => {
  expect(await changed(...given)).toBe(expected)
})
