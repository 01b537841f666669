/** Fewer flows than this are deleted without a question. */
export const askFrom = 1000
