/** What is measured, in the table's order. */
import { memory, start } from './footprint.ts'
import { http1g, https1g } from './large-streams.ts'
import { firstByte, ticks } from './latency.ts'
import { modified1k, modified64k, modifiedFair, modifiedHttps64k, modifiedTicks } from './modified.ts'
import { http2of10m, http2of1g, http2of1k } from './multiplexed.ts'
import { newHosts } from './new-hosts.ts'
import type { Row } from './row.ts'
import { http1k, https1k } from './small-requests.ts'

const modified = [modified64k, modifiedHttps64k, modified1k, modifiedTicks, modifiedFair]

export const rows: readonly Row[] = [
  http1k,
  https1k,
  http1g,
  https1g,
  http2of1k,
  http2of1g,
  http2of10m,
  ticks,
  firstByte,
  newHosts,
  ...modified,
  start,
  memory,
]
