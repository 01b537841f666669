/** A recorded body, or a message, as a file: the desktop app asks where and writes it itself, a browser tab downloads it. */
import { client, faultOf } from '../../../client/index.ts'
import { notify } from '../../../store/notices.ts'
import { inspector } from '../../../texts/inspector.ts'
import { fileNameOf } from '../content/file-name.ts'
import { readAll, readPieces, type Place } from './pages/body-bytes.ts'

const texts = inspector.body

/** Tells by itself how it went. */
export async function saveBody(place: Place, url: string, contentType: string | undefined): Promise<void> {
  const { id, side, decoded } = place
  const name = fileNameOf(url, contentType, side === 'delivered' ? 'response' : nameOf(side))
  try {
    const { host } = await client.call('app.info', undefined)
    if (host === 'desktop') {
      const { path } =
        typeof side === 'number'
          ? await client.call('files.save', { name, bytes: await readAll(place, new AbortController().signal) })
          : await client.call('files.saveBody', { id, side, decoded, name })
      if (path !== undefined) notify(texts.saved(path))
    } else await download(place, name)
  } catch (error) {
    notify(texts.notSaved(faultOf(error).message), 'problem')
  }
}

const nameOf = (side: string | number): string => (typeof side === 'number' ? `message-${side + 1}` : side)

/** Blobs may live on the disk of the browser, so that a large body is not all in memory. */
async function download(place: Place, name: string): Promise<void> {
  const parts: Blob[] = []
  for await (const piece of readPieces(place, new AbortController().signal)) parts.push(new Blob([piece]))
  // Of no type that a browser would open by itself.
  const address = URL.createObjectURL(new Blob(parts, { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
