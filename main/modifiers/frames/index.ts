/**
 * The wire between the engine and a sandbox process, the same code at both ends. Reader and writer are sans-io; the
 * port is the writer with its socket. The engine takes what comes from a sandbox for hostile.
 */
export {
  creditLimit,
  creditStep,
  frameType,
  fromWatchdog,
  fromWorker,
  headerLength,
  longestChunk,
  toWatchdog,
  toWorker,
  weight,
} from './frame-types.ts'
export { FramePort } from './frame-port.ts'
export { copyOf, FrameError, FrameReader, number32, type OnFrame } from './frame-reader.ts'
