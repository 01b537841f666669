/** Media types whose bodies are watched while they come; `*` at the end stands for any rest. */
export const liveTypes: readonly string[] = [
  'text/event-stream',
  'application/x-ndjson',
  'application/jsonl',
  'application/stream+json',
  'application/grpc*',
  'multipart/x-mixed-replace',
]

const whole = new Set(liveTypes.filter((type) => !type.endsWith('*')))
const beginnings = liveTypes.filter((type) => type.endsWith('*')).map((type) => type.slice(0, -1))

/** Of a media type in lower case, without parameters. */
export function isLiveType(type: string): boolean {
  if (whole.has(type)) return true
  for (const beginning of beginnings) if (type.startsWith(beginning)) return true
  return false
}
