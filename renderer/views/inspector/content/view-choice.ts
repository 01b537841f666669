/** Which view shows a body, from what its sender says and from its first bytes. Pure. */
import { charsetOf } from '../reading/charset.ts'

export const views = ['json', 'text', 'form', 'image', 'video', 'audio', 'hex'] as const
export type BodyView = (typeof views)[number]

/** What a choice is remembered for. */
export type BodyKind = 'json' | 'lines' | 'text' | 'form' | 'image' | 'video' | 'audio' | 'binary'

const lineTypes =
  /^(?:text\/event-stream|application\/(?:x-)?ndjson|application\/(?:x-)?jsonl(?:ines)?|application\/stream\+json|application\/json-seq)$/
const textTypes =
  /^(?:text\/|application\/(?:xml|javascript|ecmascript|x-javascript|yaml|x-yaml|toml|graphql|sql|x-sh|x-www-form-urlencoded|typescript)$)|\+xml$|\+yaml$/

/** The media type without parameters, in lower case. */
export const mediaTypeOf = (contentType: string | undefined): string =>
  (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''

/** The sender's word counts, unless the first bytes say that it cannot be true: a JSON full of NULs is binary. */
export function kindOf(contentType: string | undefined, first: Uint8Array): BodyKind {
  const type = mediaTypeOf(contentType)
  if (type.startsWith('image/')) return 'image'
  if (type.startsWith('video/')) return 'video'
  if (type.startsWith('audio/')) return 'audio'
  const media = mediaBySignature(first)
  if (media !== undefined && !type.startsWith('text/')) return media
  if (type === 'application/x-www-form-urlencoded' || type === 'multipart/form-data') return 'form'
  if (!looksLikeText(first) || (type === 'application/octet-stream' && !decodes(first))) return 'binary'
  if (lineTypes.test(type)) return 'lines'
  if (type === 'application/json' || type === 'text/json' || type.endsWith('+json')) return 'json'
  if (textTypes.test(type)) return 'text'
  return /^\s*[[{]/.test(latin1(first.subarray(0, 64))) && type === '' ? 'json' : 'text'
}

/** The view a kind begins with, and those one may choose instead, in the order of `views`. */
export function viewsFor(kind: BodyKind, type: string): { first: BodyView; choices: BodyView[] } {
  switch (kind) {
    case 'json':
      return { first: 'json', choices: ['json', 'text', 'hex'] }
    case 'form':
      return { first: 'form', choices: ['text', 'form', 'hex'] }
    case 'image':
      // An SVG is a text that is drawn.
      return { first: 'image', choices: type === 'image/svg+xml' ? ['text', 'image', 'hex'] : ['image', 'hex'] }
    case 'video':
    case 'audio':
      return { first: kind, choices: [kind, 'hex'] }
    case 'binary':
      return { first: 'hex', choices: ['text', 'hex'] }
    case 'lines':
    case 'text':
      return { first: 'text', choices: ['json', 'text', 'hex'] }
    default:
      return kind satisfies never
  }
}

/** What the user chose for this kind before, when this body can be shown so. */
export function chosenView(kind: BodyKind, type: string, remembered: string | undefined): BodyView {
  const { first, choices } = viewsFor(kind, type)
  return choices.find((view) => view === remembered) ?? first
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** Of what is said to be bytes, such as binary messages: their beginning is text in every respect. */
function decodes(first: Uint8Array): boolean {
  const { encoding } = charsetOf(undefined, first)
  try {
    new TextDecoder(encoding, { fatal: true }).decode(first.subarray(0, 4096), { stream: true })
    return true
  } catch {
    return false
  }
}

/** No NUL and few controls; a byte order mark of UTF-16 explains NULs. */
export function looksLikeText(first: Uint8Array): boolean {
  const sample = first.subarray(0, 4096)
  if ((sample[0] === 0xff && sample[1] === 0xfe) || (sample[0] === 0xfe && sample[1] === 0xff)) return true
  let controls = 0
  for (const byte of sample) {
    if (byte === 0) return false
    if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27) controls++
  }
  return controls * 20 <= sample.length
}

const signatures: [start: RegExp, kind: 'image' | 'video' | 'audio'][] = [
  [/^\x89PNG\r\n\x1a\n/, 'image'],
  [/^\xff\xd8\xff/, 'image'],
  [/^GIF8[79]a/, 'image'],
  [/^RIFF[^]{4}WEBP/, 'image'],
  [/^[^]{4}ftypavif/, 'image'],
  [/^RIFF[^]{4}WAVE/, 'audio'],
  [/^(?:ID3|OggS|fLaC)/, 'audio'],
  [/^[^]{4}ftyp/, 'video'],
  [/^\x1a\x45\xdf\xa3/, 'video'],
]

function mediaBySignature(first: Uint8Array): 'image' | 'video' | 'audio' | undefined {
  const start = latin1(first.subarray(0, 16))
  return signatures.find(([form]) => form.test(start))?.[1]
}
