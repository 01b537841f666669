/** For tests: the feed over real flows in a real store; only the sockets are missing. And a window that reads, or not. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FlowLife, MemoryStore, TempFolder } from '../../../main/flows/index.ts'
import type { Flow } from '../../../main/model/flow.ts'
import { sampleFlow } from '../../headless/testing/sample-flow.ts'
import { FlowFeed, type FlowsMessage } from '../flows/flow-feed.ts'
import { flowsPage } from '../flows/flow-pages.ts'

export class FeedBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'spillway-feed-'))
  readonly store: MemoryStore
  readonly life: FlowLife
  readonly engine
  readonly feed: FlowFeed

  constructor(maxFlows: number) {
    const store = new MemoryStore({ maxFlows, folder: new TempFolder(this.folder) })
    this.store = store
    const life = new FlowLife(store, (bug) => {
      throw new Error(bug)
    })
    this.life = life
    this.engine = {
      onFlow: life.listen.bind(life),
      running: () => life.open(),
      flows: store,
      clear: () => store.clear(),
      remove: (ids: Iterable<number>) => store.remove(ids),
    }
    this.feed = new FlowFeed(this.engine)
  }

  begin(url = 'http://origin.example/a', method = 'GET'): Flow {
    const { client, request } = sampleFlow()
    return this.life.begin({ client, method, url, httpVersion: '1.1', head: request.head }).flow
  }

  respond(flow: Flow): void {
    const { response } = sampleFlow()
    if (response) flow.response = { ...response, bytes: 0, delivered: 0 }
    flow.delivery = { mode: 'streamed', reason: 'larger than 1k', crossoverAt: undefined }
    this.life.delivery(flow)
  }

  run(count: number): Flow[] {
    return Array.from({ length: count }, () => {
      const flow = this.begin()
      this.respond(flow)
      this.life.end(flow)
      return flow
    })
  }

  close(): void {
    this.feed.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  page(after: number, signal = new AbortController().signal) {
    return flowsPage(this.engine, this.feed, after, signal)
  }
}

export class FeedReading {
  readonly messages: FlowsMessage[] = []
  reads = true
  readonly leave: () => void

  constructor(feed: FlowFeed) {
    this.leave = feed.join({ ready: () => this.reads, tell: (message) => this.messages.push(structuredClone(message)) })
  }

  /** The list that a window keeps from its messages. */
  get list(): Map<number, string> {
    const list = new Map<number, string>()
    for (const { rows, removed } of this.messages) {
      for (const row of rows) list.set(row.id, row.state)
      for (const id of removed) list.delete(id)
    }
    return list
  }

  get last(): FlowsMessage {
    const last = this.messages.at(-1)
    if (!last) throw new Error('nothing has been told')
    return last
  }
}
