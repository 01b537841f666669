/** Form bodies as lists. Pure and bounded: what is beyond the bound is counted, not listed. */

/** `file`: the name it was uploaded under. Of a part that is no text only its size is told. */
export type FormField = {
  name: string
  value: string
  file: string | undefined
  type: string | undefined
  bytes: number
}
export type Form = { fields: FormField[]; more: number; problem: string | undefined }

const maxFields = 1000
const maxValue = 64 * 1024

/** `a=1&b=%20+`; what is not percent-encoded rightly stays as it came. */
export function urlencodedForm(bytes: Uint8Array): Form {
  const parts = new TextDecoder()
    .decode(bytes)
    .trim()
    .split('&')
    .filter((part) => part !== '')
  const fields = parts.slice(0, maxFields).map((part): FormField => {
    const equals = part.indexOf('=')
    const name = equals === -1 ? part : part.slice(0, equals)
    const value = equals === -1 ? '' : part.slice(equals + 1)
    return {
      name: decoded(name),
      value: clipped(decoded(value)),
      file: undefined,
      type: undefined,
      bytes: value.length,
    }
  })
  return { fields, more: parts.length - fields.length, problem: undefined }
}

const clipped = (text: string): string => (text.length > maxValue ? `${text.slice(0, maxValue)}…` : text)

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

/** Parts of a multipart body (RFC 2046, RFC 7578), as far as they are there. */
export function multipartForm(bytes: Uint8Array, contentType: string): Form {
  const given = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType)
  const boundary = given?.[1] ?? given?.[2]
  if (boundary === undefined) return { fields: [], more: 0, problem: 'Its content type names no boundary.' }
  const delimiter = latin1Bytes(`--${boundary}`)
  const fields: FormField[] = []
  let more = 0
  let at = indexOfBytes(bytes, delimiter, 0)
  if (at === -1) return { fields, more, problem: 'The boundary of its content type does not occur in it.' }
  for (;;) {
    const from = at + delimiter.length
    if (bytes[from] === 0x2d && bytes[from + 1] === 0x2d) return { fields, more, problem: undefined }
    const next = indexOfBytes(bytes, delimiter, from)
    if (fields.length < maxFields) fields.push(partOf(bytes.subarray(from, next === -1 ? bytes.length : next)))
    else more++
    if (next === -1) return { fields, more, problem: 'The last part is cut: its end was not recorded or not sent.' }
    at = next
  }
}

const blank = Uint8Array.of(13, 10, 13, 10)

function partOf(part: Uint8Array): FormField {
  const end = indexOfBytes(part, blank, 0)
  const head = new TextDecoder().decode(part.subarray(0, end === -1 ? Math.min(part.length, 16_384) : end))
  let content = end === -1 ? new Uint8Array() : part.subarray(end + 4)
  if (content.at(-2) === 13 && content.at(-1) === 10) content = content.subarray(0, -2)
  const disposition = /^content-disposition\s*:(.*)$/im.exec(head)?.[1] ?? ''
  const type = /^content-type\s*:\s*(.*?)\s*$/im.exec(head)?.[1]
  const file = parameter(disposition, 'filename')
  const isText = file === undefined && (type === undefined || /^text\/|json|xml|urlencoded/i.test(type))
  return {
    name: parameter(disposition, 'name') ?? '',
    value: isText ? clipped(new TextDecoder().decode(content.subarray(0, maxValue * 2))) : '',
    file,
    type,
    bytes: content.length,
  }
}

function parameter(field: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 'i').exec(field)
  return match?.[1]?.replace(/\\(["\\])/g, '$1') ?? match?.[2]
}

const latin1Bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

function indexOfBytes(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0] ?? 0
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    let same = 1
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++
    if (same === wanted.length) return at
  }
  return -1
}
