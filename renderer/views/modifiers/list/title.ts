/** What is written in capitals, wherever it stands. */
const capitals = /\b(?:json|ndjson|sse|https?|html|css|llm|url)\b/gi

/** "redact-json-fields.ts" → "Redact JSON fields" */
export function titleOf(name: string): string {
  const words = name.replace(/\.[^.]+$/, '').replace(/[-_]+/g, ' ')
  const title = words.charAt(0).toUpperCase() + words.slice(1)
  return title.replace(capitals, (word) => word.toUpperCase())
}
