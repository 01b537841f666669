/** The setting `clientCerts`: files that are read and tried, so that a mistake is told at once and not by an origin. */
import { checkClientCertificate } from '../../../main/index.ts'
import type { ClientCertificate, ClientCertificateFiles } from '../../../main/model/client-certificate.ts'
import { readSmallFile } from './small-file.ts'

/** `place`: of the fault, within the list: "[0].passphrase". */
type Read<T> = { ok: true; value: T } | { ok: false; message: string; place: string }

/** The first fault, with its place in the list. */
export async function readClientCertificates(
  entries: readonly ClientCertificateFiles[],
): Promise<Read<ClientCertificate[]>> {
  const value: ClientCertificate[] = []
  for (const [index, entry] of entries.entries()) {
    const read = await readOne(entry)
    if (!read.ok) {
      const message = `number ${index + 1}, for ${entry.host}: ${read.message}`
      return { ok: false, message, place: `[${index}].${read.place}` }
    }
    value.push(read.value)
  }
  return { ok: true, value }
}

async function readOne({ host, cert, key, pfx, passphrase }: ClientCertificateFiles): Promise<Read<ClientCertificate>> {
  if ((pfx === undefined) === (cert === undefined) || (pfx !== undefined && key !== undefined)) {
    const message = 'write either "cert", with "key" unless it is in the same file, or "pfx"'
    return { ok: false, message, place: pfx === undefined ? 'cert' : 'pfx' }
  }
  const content = pfx === undefined ? await readPem(cert ?? '', key) : await readPfx(pfx)
  if (!content.ok) return content
  const checked = checkClientCertificate({ host, content: content.value, passphrase })
  if (checked.ok) return checked
  const files = [pfx ?? cert, key].filter((file) => file !== undefined).join(' with ')
  const file = pfx === undefined ? 'cert' : 'pfx'
  const place = checked.part === 'certificate' || (checked.part === 'key' && key === undefined) ? file : checked.part
  return { ok: false, message: `${files} ${checked.message}`, place }
}

async function readPem(cert: string, key = cert): Promise<Read<{ cert: string; key: string }>> {
  const [one, other] = [await readSmallFile(cert, 'a certificate'), await readSmallFile(key, 'a key')]
  if (!one.ok) return { ...one, place: 'cert' }
  if (!other.ok) return { ...other, place: 'key' }
  return { ok: true, value: { cert: one.value.toString(), key: other.value.toString() } }
}

async function readPfx(file: string): Promise<Read<{ pfx: Uint8Array }>> {
  const read = await readSmallFile(file, 'a certificate')
  return read.ok ? { ok: true, value: { pfx: read.value } } : { ...read, place: 'pfx' }
}
