/**
 * What crosses between the engine and a sandbox process. A frame is the length of its payload (4 bytes), its type (1),
 * its channel (4), and the payload; numbers are little-endian. A channel is one load of a file, one call of
 * `responseHead`, or one flow; 0 means the process. Objects are JSON in UTF-8.
 */
export const headerLength = 9
/** Bytes of one chunk; a longer one goes in parts. */
export const longestChunk = 1024 * 1024
/** What may be on its way to a generator function, or from it, in `weight`. */
export const creditLimit = 1024 * 1024
/** So much may be taken before the sender is told, if it still has room for a usual chunk. */
export const creditStep = 256 * 1024

/** What a chunk costs of the credit: its bytes, and what it takes to keep it, so that a million tiny ones do not fit. */
export const weight = (length: number): number => length + 256

export const frameType = {
  /** First on each socket: the one-time token. */
  hello: 1,
  /** One chunk; never empty. */
  chunk: 2,
  /** No more chunks: of the input, or from the generator function. */
  end: 3,
  /** Weight of chunks that have been taken, 4 bytes. */
  credit: 4,

  // To the sandbox.
  /** A version of the file, compiled; answered by `loaded` or `fail`. */
  load: 16,
  /** No flow will use that version any more. */
  unload: 17,
  /** Asks responseHead; answered by `verdict` or `fail`. */
  head: 18,
  /** The generator function that was returned for this channel is not wanted. */
  forget: 19,
  open: 20,
  cancel: 21,

  // From the sandbox.
  /** The self-test is over, with what it found. */
  ready: 32,
  loaded: 33,
  verdict: 34,
  /** What the channel was for has failed; on channel 0 all of it. */
  fail: 35,
  /** What a modifier gave to `log`; by the control socket where the other one is full. */
  log: 36,
  /** Median and worst milliseconds per chunk, 8 bytes each. */
  stats: 37,
  /** In a dry run: when the next chunk was taken by the modifier; 8 bytes. */
  pulled: 38,
  /** In a dry run: when what follows came out, and milliseconds of the modifier's own for it; 8 bytes each. */
  yielded: 39,

  // On the control socket.
  /** From the watchdog: it is alive. */
  beat: 48,
  /** From the watchdog: why it ends the process. */
  report: 49,
  /** To the watchdog: what is allowed from now on. */
  limits: 50,
} as const

/** Least and most bytes of the payload of each type that may come; what is not named here may not. */
export type FrameLengths = ReadonlyMap<number, readonly [least: number, most: number]>

const KiB = 1024
const json = [2, 64 * KiB] as const
const credit = [4, 4] as const
const log = [0, 16 * KiB] as const
const time = [8, 8] as const

/** What the engine takes from the worker of a sandbox. */
export const fromWorker: FrameLengths = new Map<number, readonly [number, number]>([
  [frameType.chunk, [1, longestChunk]],
  [frameType.end, [0, 0]],
  [frameType.credit, credit],
  [frameType.ready, json],
  [frameType.loaded, json],
  [frameType.verdict, [2, 1024 * KiB]],
  [frameType.fail, json],
  [frameType.log, log],
  [frameType.stats, [16, 16]],
  [frameType.pulled, time],
  [frameType.yielded, [16, 16]],
])

/** What the engine takes from the watchdog. */
export const fromWatchdog: FrameLengths = new Map<number, readonly [number, number]>([
  [frameType.beat, [0, 0]],
  [frameType.report, json],
  [frameType.log, log],
])

/** What the worker takes. */
export const toWorker: FrameLengths = new Map<number, readonly [number, number]>([
  [frameType.chunk, [1, longestChunk]],
  [frameType.end, [0, 0]],
  [frameType.credit, credit],
  [frameType.load, [2, 64 * 1024 * KiB]],
  [frameType.unload, [0, 0]],
  [frameType.head, [2, 4 * 1024 * KiB]],
  [frameType.forget, [0, 0]],
  [frameType.open, [2, 4 * 1024 * KiB]],
  [frameType.cancel, [0, 0]],
])

export const toWatchdog: FrameLengths = new Map([[frameType.limits, json]])
