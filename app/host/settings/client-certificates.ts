/** The setting `clientCerts`: files that are read and tried, so that a mistake is told at once and not by an origin. */
import { checkClientCertificate } from '../../../main/index.ts'
import type { ClientCertificate, ClientCertificateFiles } from '../../../main/model/client-certificate.ts'
import type { Parsed } from '../../../main/model/size.ts'
import { readSmallFile } from './small-file.ts'

/** The first fault, with its place in the list. */
export async function readClientCertificates(
  entries: readonly ClientCertificateFiles[],
): Promise<Parsed<ClientCertificate[]>> {
  const value: ClientCertificate[] = []
  for (const [index, entry] of entries.entries()) {
    const read = await readOne(entry)
    if (!read.ok) return { ok: false, message: `number ${index + 1}, for ${entry.host}: ${read.message}` }
    value.push(read.value)
  }
  return { ok: true, value }
}

async function readOne({
  host,
  cert,
  key,
  pfx,
  passphrase,
}: ClientCertificateFiles): Promise<Parsed<ClientCertificate>> {
  if ((pfx === undefined) === (cert === undefined) || (pfx !== undefined && key !== undefined)) {
    return { ok: false, message: 'write either "cert", with "key" unless it is in the same file, or "pfx"' }
  }
  const content = pfx === undefined ? await readPem(cert ?? '', key) : await readPfx(pfx)
  if (!content.ok) return content
  const checked = checkClientCertificate({ host, content: content.value, passphrase })
  if (checked.ok) return checked
  const files = [pfx ?? cert, key].filter((file) => file !== undefined).join(' with ')
  return { ok: false, message: `${files} ${checked.message}` }
}

async function readPem(cert: string, key = cert): Promise<Parsed<{ cert: string; key: string }>> {
  const [one, other] = [await readSmallFile(cert, 'a certificate'), await readSmallFile(key, 'a key')]
  if (!one.ok) return one
  return other.ok ? { ok: true, value: { cert: one.value.toString(), key: other.value.toString() } } : other
}

async function readPfx(file: string): Promise<Parsed<{ pfx: Uint8Array }>> {
  const read = await readSmallFile(file, 'a certificate')
  return read.ok ? { ok: true, value: { pfx: read.value } } : read
}
