/** What was thrown first is what went wrong; what comes of it on the way out stands behind. */
export function sentencesOf(error: unknown): string[] {
  if (error instanceof SuppressedError) return [...sentencesOf(error.suppressed), ...sentencesOf(error.error)]
  return [error instanceof Error ? error.message : String(error)]
}
