/** The media type of a Content-Type without its parameters, in lower case: "text/event-stream" (RFC 9110 §8.3.1). */
export function mediaType(contentType: string | undefined): string | undefined {
  if (contentType === undefined) return undefined
  const end = contentType.indexOf(';')
  const type = (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase()
  return type === '' ? undefined : type
}
