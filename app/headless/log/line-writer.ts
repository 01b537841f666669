/**
 * Lines to a stream that may be slower than the traffic. They leave in batches, one write at a time; while the reader
 * does not read they wait, up to a bound; beyond it they are counted instead of built. The proxy is never slowed.
 * Lines are built one after the other, at the end of the turn: the second finds its code in the processor's caches.
 */
import type { Writable } from 'node:stream'

/** Characters after which a batch does not wait for the end of the turn. */
const batch = 64 * 1024
/** Lines that wait to be built. */
const maxUnbuilt = 32

export type LineWriter = {
  /** `build` is called soon, or not at all when there is no room. Without a line end. */
  write(build: () => string): void
  /** Resolves when all that was written has been taken, or cannot be any more. */
  flushed(): Promise<void>
  /** Lines that nobody has taken so far, those left out included; of the last batch a part may have been. */
  unread(): number
}

/**
 * `bound`: characters that may wait. `lost` is told how many lines were left out, once there is room again and at the
 * end; the line it returns, if any, stands where they would have been.
 */
export function lineWriter(stream: Writable, bound: number, lost: (lines: number) => string | undefined): LineWriter {
  let waiting = ''
  let unbuilt: (() => string)[] = []
  let waitingLines = 0
  let sentLines = 0
  let leftOut = 0
  let scheduled = false
  let state: 'free' | 'busy' | 'gone' = 'free'
  let idle: (() => void)[] = []

  function build(): void {
    const builds = unbuilt
    unbuilt = []
    for (const line of builds) waiting += `${line()}\n`
  }

  function send(): void {
    scheduled = false
    if (state !== 'free') return
    build()
    if (leftOut > 0) {
      const said = lost(leftOut)
      if (said !== undefined) waiting += `${said}\n`
      leftOut = 0
    }
    if (waiting === '') {
      settle()
      return
    }
    const text = waiting
    waiting = ''
    sentLines = waitingLines
    waitingLines = 0
    state = 'busy'
    stream.write(text, (error) => {
      if (state === 'gone' || error) return
      sentLines = 0
      state = 'free'
      send()
    })
  }

  function settle(): void {
    for (const resolve of idle) resolve()
    idle = []
  }

  function gone(): void {
    state = 'gone'
    waiting = ''
    unbuilt = []
    settle()
  }
  stream.on('error', gone)
  stream.on('close', gone)

  return {
    write(line) {
      if (state === 'gone') return
      if (waiting.length >= bound) {
        leftOut++
        return
      }
      unbuilt.push(line)
      waitingLines++
      if (state !== 'free' || unbuilt.length === maxUnbuilt) build()
      if (waiting.length >= batch) send()
      else if (!scheduled && state === 'free') {
        scheduled = true
        setImmediate(send)
      }
    },
    flushed() {
      if (state === 'gone') return Promise.resolve()
      return new Promise((resolve) => {
        idle.push(resolve)
        send()
      })
    },
    unread: () => (state === 'gone' ? 0 : sentLines + waitingLines + leftOut),
  }
}
