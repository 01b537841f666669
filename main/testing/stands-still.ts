/** Resolves when a counter has not moved for a while: there is no other sign of something that does not happen. */
export async function standsStill(read: () => number): Promise<void> {
  for (let before = -1; before !== read();) {
    before = read()
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
