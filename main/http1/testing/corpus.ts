/**
 * Valid and hostile messages: every table of RFC 9112, the classes of request smuggling, and CVEs of other proxies.
 * The tests read each of them whole, cut everywhere, and beside llhttp.
 */
import { hostileBodies } from './hostile-bodies.ts'
import { hostileHeads } from './hostile-heads.ts'
import type { MessageCase } from './message-case.ts'
import { validMessages } from './valid-messages.ts'

export const corpus: MessageCase[] = [...validMessages, ...hostileHeads, ...hostileBodies]
