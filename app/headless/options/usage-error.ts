/** What the user wrote cannot be meant; the sentence names the place, the value and what would be right. Exit code 2. */
export class UsageError extends Error {
  constructor(place: string, message: string) {
    super(`${place}: ${message}`)
    this.name = 'UsageError'
  }
}
