/**
 * Whether the whole text matches the glob, in which `*` stands for any run of characters, also an empty one. Takes at
 * most pattern × text steps, whatever a stranger's rule file holds: a regular expression would promise less.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0
  let next = 0
  let star = -1
  let retry = 0
  while (next < text.length) {
    if (pattern[at] === '*') {
      star = at++
      retry = next
    } else if (pattern[at] === text[next]) {
      at++
      next++
    } else if (star !== -1) {
      at = star + 1
      next = ++retry
    } else {
      return false
    }
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
