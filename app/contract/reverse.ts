/** Ports that stand for an origin, as the window looks at them. */
import { isLoopback } from '../../main/model/host.ts'
import { parseReverse } from '../../main/model/reverse.ts'

/** Its port is of this machine alone; with a URL by itself, it is where the proxy is. Pure. */
export function isOfThisMachine(text: string): boolean {
  const parsed = parseReverse(text)
  return parsed.ok && parsed.value.listen !== undefined && isLoopback(parsed.value.listen.host)
}
