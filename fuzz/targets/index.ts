import type { Target } from '../target.ts'
import { chunks } from './chunks.ts'
import { clientHello } from './client-hello.ts'
import { requests, responses } from './codec.ts'
import { config } from './config.ts'
import { eventStreams } from './events.ts'
import { greetings } from './greetings.ts'
import { http2Heads } from './http2-heads.ts'
import { webSocket } from './web-socket.ts'

export const targets: readonly Target[] = [
  requests,
  responses,
  chunks,
  eventStreams,
  clientHello,
  webSocket,
  config,
  http2Heads,
  greetings,
]
