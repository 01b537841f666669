import { plainHost } from '../model/host.ts'
import { isWithin, parseSubnet } from '../model/ip.ts'
import { matchesGlob } from './glob.ts'

/**
 * The first pattern that means this host, or undefined. A pattern is a glob on the host, or on "host:port" when it has
 * a port itself: "*.bank.example", "api.example.com:8443", "[::1]:443"; or a network, of hosts that are addresses:
 * "10.0.0.0/8".
 */
export function passthroughPattern(patterns: readonly string[], host: string, port: number): string | undefined {
  const name = plainHost(host)
  return patterns.find((pattern) => {
    const subnet = pattern.includes('/') ? parseSubnet(pattern) : undefined
    if (subnet) return isWithin(name, subnet)
    const { host: hostGlob, port: portGlob } = splitPort(pattern)
    return matchesGlob(plainHost(hostGlob), name) && (portGlob === undefined || matchesGlob(portGlob, String(port)))
  })
}

function splitPort(pattern: string): { host: string; port: string | undefined } {
  const colon = pattern.lastIndexOf(':')
  // An IPv6 address without brackets has several colons and no port.
  const isPort = colon !== -1 && (pattern.indexOf(':') === colon || pattern[colon - 1] === ']')
  return isPort ? { host: pattern.slice(0, colon), port: pattern.slice(colon + 1) } : { host: pattern, port: undefined }
}
