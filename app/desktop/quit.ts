/** The end, however it comes: the capture ends cleanly, exactly once, and then the app is gone. */
import { app } from 'electron'

/** Running flows may finish for this long. */
const graceMs = 2000

/** `end` never rejects, and takes little longer than the grace. */
export function endCleanly(end: (graceMs: number) => Promise<void>): void {
  let ending: Promise<void> | undefined
  let ended = false
  app.on('before-quit', (event) => {
    if (ended) return
    event.preventDefault()
    ending ??= end(graceMs).then(() => {
      ended = true
      app.quit()
    })
  })
}
