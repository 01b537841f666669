/** Asked to stop by a signal: the first stops in order, a second exits at once with the custom of shells (128 + n). */
const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** npx passes Ctrl-C on to a child that the terminal has told already: the same signal this soon is the same one. Milliseconds. */
const twins = 30

export function onStopSignal(stop: () => void): void {
  let first: { signal: string; at: number } | undefined
  for (const [signal, code] of Object.entries(codes)) {
    process.on(signal, () => {
      if (first === undefined) {
        first = { signal, at: performance.now() }
        stop()
      } else if (signal !== first.signal || performance.now() - first.at > twins) process.exit(code)
    })
  }
}
