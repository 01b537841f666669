/** Who runs, in the table's order. */
import type { Contestant } from './contestant.ts'
import { haproxy } from './haproxy.ts'
import { mitmproxy } from './mitmproxy.ts'
import { httpMitmProxy, mockttp } from './npm-peers.ts'
import { relay } from './relay.ts'
import { spillway } from './spillway.ts'

export const contestants: readonly Contestant[] = [spillway, haproxy, httpMitmProxy, mockttp, mitmproxy, relay]
