/** Why a file operation failed, in words: "no such file or directory" of "ENOENT: no such file or directory, open 'x'". */
export function fileReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return /^[A-Z]+: ([^,]+),/.exec(message)?.[1] ?? message
}
