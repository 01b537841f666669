/** Bytes a client's connection may have waiting before its origin is paused. More costs memory, less costs wake-ups. */
export const clientHighWaterMark = 256 * 1024
