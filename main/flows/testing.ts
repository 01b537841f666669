/** What tests of the store have in common: a folder of their own, and flows that have ended, with bodies to keep. */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { emptyRecorded, nothingRecorded, type Flow, type RecordedBody } from '../model/flow.ts'
import { FlowLife } from './life.ts'
import type { BodySide, FlowStore } from './store.ts'
import { TempFolder } from './temp-folder.ts'

/** A folder of each test's own, and in it the one for bodies; both are gone after it. */
export class TestFolder {
  path = ''
  bodies = new TempFolder()

  constructor() {
    beforeEach(() => {
      this.path = mkdtempSync(join(tmpdir(), 'flows-test-'))
      this.bodies = new TempFolder(this.path)
    })
    afterEach(async () => {
      await this.bodies.close()
      rmSync(this.path, { recursive: true, force: true })
    })
  }

  /** The paths of all files in it, at any depth. */
  files(): string[] {
    return readdirSync(this.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  }

  /** How many bytes each of them has; 0 for one that went while it was looked at. */
  sizes(): number[] {
    return this.files().map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0)
  }

  /** How many bytes all of them have. */
  size(): number {
    return this.sizes().reduce((sum, size) => sum + size, 0)
  }

  /** A complete body in a file of this name. */
  fileBody(name: string, bytes: Buffer | string): RecordedBody {
    const path = join(this.path, name)
    writeFileSync(path, bytes)
    return { state: 'complete', length: Buffer.byteLength(bytes), content: { kind: 'file', path } }
  }
}

/** A body that is kept in memory. */
export function memoryBody(bytes: Buffer | string, state: RecordedBody['state'] = 'complete'): RecordedBody {
  const content = { kind: 'memory', bytes: Buffer.from(bytes) } as const
  return { state, length: content.bytes.length, content }
}

const life = new FlowLife({ add: () => undefined }, () => undefined)

/** A flow that has ended and is in no store yet, with these bodies; its id is the next one. */
export function endedFlow(response: RecordedBody = nothingRecorded, request: RecordedBody = emptyRecorded): Flow {
  const client = { id: 1, address: '127.0.0.1', port: 1, tls: undefined }
  const start = { client, method: 'GET', url: 'http://a/', httpVersion: '1.1', head: 'GET / HTTP/1.1\r\n' }
  const { flow } = life.begin(start)
  flow.request.body = request
  flow.response = { ...flow.request, head: 'HTTP/1.1 200 OK\r\n', status: 200, body: response }
  life.end(flow)
  return flow
}

/** The first `length` bytes of a kept body as latin1; undefined where there is none. */
export async function bodyText(store: FlowStore, id: number, side: BodySide = 'response', length = 1000) {
  return (await store.readBody(id, side, 0, length))?.toString('latin1')
}
