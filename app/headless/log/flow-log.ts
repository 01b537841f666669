/**
 * What the engine tells, as it is printed: readable lines, or JSON. Lines are built only while there is room for them
 * (line-writer.ts); what had to be left out is counted and said, in the log itself or, for JSON, on standard error.
 */
import type { Writable } from 'node:stream'
import type { Engine, FlowEvent } from '../../../main/index.ts'
import type { Flow, FlowId } from '../../../main/model/flow.ts'
import { timeOfDay } from './amounts.ts'
import { jsonLine } from './flow-json.ts'
import { begunLine, endedLine, type Look } from './flow-line.ts'
import { lineWriter, type LineWriter } from './line-writer.ts'

const MiB = 1024 * 1024

export type FlowLog = Pick<LineWriter, 'flushed' | 'unread'>

/** One JSON line per ended flow. */
export function logJson(engine: Pick<Engine, 'onFlow'>, stream: Writable, say: (sentence: string) => void): FlowLog {
  const writer = lineWriter(stream, 16 * MiB, (lines) => {
    say(`${lines} flows are missing from the output: its reader is too slow`)
    return undefined
  })
  engine.onFlow(({ kind, flow }) => {
    if (kind === 'ended') writer.write(() => jsonLine(flow))
  })
  return writer
}

/** One line per flow as it ends; streamed ones also have one when they begin to flow. `look` is asked for each line. */
export function logLines(engine: Pick<Engine, 'onFlow'>, stream: Writable, look: () => Look): FlowLog {
  const writer = lineWriter(stream, MiB, (lines) => `… ${lines} lines not shown: the terminal is too slow`)
  const streaming = new Set<FlowId>()
  // The time is that of the event, however late the line is built.
  const write = (line: typeof endedLine, flow: Flow): void => {
    const clock = timeOfDay(Date.now())
    writer.write(() => line(flow, look(), clock))
  }
  engine.onFlow(({ kind, flow }: FlowEvent) => {
    switch (kind) {
      case 'begun':
        return
      case 'delivery':
        if (flow.delivery?.mode !== 'streamed' || streaming.has(flow.id)) return
        streaming.add(flow.id)
        write(begunLine, flow)
        return
      case 'ended':
        streaming.delete(flow.id)
        write(endedLine, flow)
        return
      default:
        kind satisfies never
    }
  })
  return writer
}
