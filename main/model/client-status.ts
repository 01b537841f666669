import type { Flow } from './flow.ts'

/**
 * The status that the client was sent, or is to be: of Spillway's own answer, of the origin's response, or what a
 * modifier has made of that. Undefined: there is no final head.
 */
export function clientStatus({ answered, response }: Pick<Flow, 'answered' | 'response'>): number | undefined {
  if (answered !== undefined) return answered
  const startLine = response?.edit?.startLine
  if (startLine === undefined) return response?.status
  return Number(startLine.slice(startLine.indexOf(' ') + 1, startLine.indexOf(' ') + 4))
}
