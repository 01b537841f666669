/** The engine's words, which stand behind others in its logs, where they begin a sentence. */
export const beginning = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
