/** A name for the file a body is saved as. What the URL says is a stranger's word: no paths, no controls, no dot files. */
import { mediaTypeOf } from './view-choice.ts'

const endings: Record<string, string> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/xml': 'xml',
  'application/pdf': 'pdf',
  'application/javascript': 'js',
  'text/javascript': 'js',
  'text/html': 'html',
  'text/css': 'css',
  'text/csv': 'csv',
  'text/plain': 'txt',
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
  'audio/mpeg': 'mp3',
}

export function fileNameOf(url: string, contentType: string | undefined, side: string): string {
  const path = /^[^?#]*/.exec(url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, ''))?.[0] ?? ''
  const last = decoded(path.split('/').filter(Boolean).at(-1) ?? '')
  const safe = last
    .replace(/[\p{C}\p{Zl}\p{Zp}<>:"/\\|?*]+/gu, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(-100)
  const name = safe === '' ? side : safe
  if (/\.[a-z0-9]{1,8}$/i.test(name)) return name
  const type = mediaTypeOf(contentType)
  const ending = endings[type] ?? (/^(?:image|video|audio)\/[a-z0-9]{2,5}$/.test(type) ? type.split('/')[1] : undefined)
  return ending === undefined ? `${name}.bin` : `${name}.${ending}`
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
