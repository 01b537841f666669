/** Standard output and standard error, and what becomes of the program when one of them is gone. */
import { writeSync } from 'node:fs'

export function print(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  stream.write(`${text}\n`)
}

/** A sentence on standard error. */
export function complain(sentence: string): void {
  process.stderr.write(`spillway: ${sentence}\n`)
}

/** Complains and exits, even from where nothing works any more: written before it returns, not when the loop turns. */
export function exitWith(code: number, sentence: string): never {
  try {
    writeSync(2, `spillway: ${sentence}\n`)
  } catch {
    // Nobody reads: the exit code still speaks.
  }
  process.exit(code)
}

/**
 * Who reads the output may leave (EPIPE), a terminal may be closed (EIO), a disk may be full: none may end in a stack.
 * Lost complaints are just lost. `problem`: why it cannot be written; undefined: nobody reads it any more.
 */
export function onOutputGone(gone: (problem: string | undefined) => void): void {
  const { stdout } = process
  const leaving = ['EPIPE', 'ECONNRESET', ...(stdout.isTTY ? ['EIO'] : [])]
  stdout.on('error', (error: NodeJS.ErrnoException) =>
    gone(leaving.includes(error.code ?? '') ? undefined : `the output cannot be written (${error.message})`),
  )
  process.stderr.on('error', () => undefined)
}

/** Node writes to a terminal synchronously, so Ctrl-S or a slow one would stop the proxy: this makes the write wait. */
export function patientTerminal(stream: NodeJS.WriteStream): void {
  // The handle is not part of Node's documented interface, so nothing depends on its being there.
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (blocking: boolean) => void } }
  if (stream.isTTY) handle?.setBlocking?.(false)
}
