/** Streams every response as it arrives, whatever its size, instead of holding it back. */

export function responseHead(): HeadChoice {
  return 'stream'
}
