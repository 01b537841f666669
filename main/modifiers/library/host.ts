/** What the library stands on. The sandbox gives it; nothing else of the outside reaches a snippet through it. */
export type LibraryHost = {
  /**
   * Resolves after so many milliseconds, or earlier when the flow is over; counted, so that waiting on purpose is not
   * taken for a hang.
   */
  sleep(ms: number): Promise<void>
  /** To the modifier's console pane. Already text, and bounded. */
  log(text: string): void
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** As Math.random. */
  random(): number
  /** UTF-8; half a surrogate pair becomes U+FFFD. */
  encode(text: string): Uint8Array
  /**
   * A decoder that keeps what `more` leaves unfinished, keeps byte order marks, and makes U+FFFD of what is no text.
   * Labels are those of the WHATWG Encoding Standard; throws RangeError for an unknown one.
   */
  decoder(label: string): LibraryDecoder
}

export type LibraryDecoder = { decode(bytes: Uint8Array | undefined, more: boolean): string }
