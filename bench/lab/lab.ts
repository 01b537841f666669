/** Everything a run needs besides contestants: a folder, names, certificates, origins, the load client. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificates, type Certificates } from './certificates.ts'
import { startLoadClient, type Load } from './load-client.ts'
import { certificateNames, makeNames, type Names } from './names.ts'
import { startOrigins, type Origins } from './origins.ts'

export interface Lab {
  readonly folder: string
  /** As taskset takes them. The proxy has its core to itself. */
  readonly cores: { readonly proxy: string; readonly load: string }
  readonly names: Names
  readonly certificates: Certificates
  readonly origins: Origins
  readonly load: Load
}

export async function openLab(): Promise<Lab> {
  const count = availableParallelism()
  if (count < 2) throw new Error('The bench needs two cores: one for the proxy, one for client and origin.')
  const cores = { proxy: '0', load: count === 2 ? '1' : `1-${count - 1}` }
  // The bench itself stays off the proxy's core too: it polls while a proxy starts.
  execFileSync('taskset', ['-a', '-c', '-p', cores.load, String(process.pid)], { stdio: 'ignore' })
  const folder = mkdtempSync(join(tmpdir(), 'spillway-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const certificates = makeCertificates(folder, certificateNames)
  const origins = await startOrigins(folder, cores.load, certificates)
  return { folder, cores, names: makeNames(folder), certificates, origins, load: startLoadClient(folder, cores.load) }
}
