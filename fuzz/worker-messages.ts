import type { Report } from './loop.ts'

export type WorkerData = {
  name: string
  seed: number
  ms: number
  /** How many inputs were begun and the length of the last one, as 32-bit numbers; then its bytes. */
  current: SharedArrayBuffer
}

export type FromWorker = Report
