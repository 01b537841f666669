/** What is known of the focused flow. */
export function Inspector() {
  return <section aria-label="Inspector" />
}
