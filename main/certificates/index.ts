/**
 * The certification authority: clients are told to trust it once, and it signs a leaf certificate for every host
 * they reach through us.
 *
 * It lives in two files of one folder, `ca.pem` and `ca-key.pem`, made on first run. Promises:
 * - the key is readable by its owner alone (0600 in a folder of 0700) and leaves neither the folder nor the process;
 * - both files appear whole or not at all, and processes that start at once end up with the same CA;
 * - a CA that is there is used (P-256, P-384, P-521 and RSA) or refused with what is wrong; never replaced;
 * - leaves are what browsers accept: at most 398 days, within the CA's own validity, names in subjectAltName;
 * - what its dates say of a CA is told before they come.
 *
 * Not here: which leaf a connection gets and how long it is kept (tls/), and telling the system to trust us (system/).
 */
import { generateKeyPairSync } from 'node:crypto'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { EngineError } from '../model/errors.ts'
import { newCaCertificate, readCa, readCaKey } from './ca.ts'
import { CaFiles } from './ca-files.ts'
import { distinguishedName } from './distinguished-name.ts'
import { loadForge } from './forge.ts'
import { type IssueLeaf, type Leaf, leafIssuer } from './leaf.ts'
import { certificateName } from './names.ts'
import { caTrouble, isStale } from './validity.ts'

export type { Leaf }
export { distinguishedName } from './distinguished-name.ts'
export { certificateName } from './names.ts'
export { certificatesIn } from './pem.ts'

export type Authority = {
  /** The certificate clients must trust (with its issuers, if it has any), and nothing else that lies in its file. */
  readonly certificatePem: string
  readonly certificatePath: string
  /** "CN=Spillway CA host" */
  readonly subject: string
  /** What its owner should know; a sentence. */
  readonly warning: string | undefined
  /** What its owner should know at this time, as the CA is about to end or has; the same sentence while it is true. */
  trouble(): string | undefined
  /** Whether another leaf is to take its place: the clock has come to its end, or was put back to before it began. */
  isStale(leaf: Leaf): boolean
  /**
   * A leaf for these names, the first of which becomes its common name. Doubles and names no certificate can carry
   * are left out; rejects when none is left. The first call loads what builds certificates (20 ms), later ones take 0.1 ms.
   */
  issue(names: readonly string[]): Promise<Leaf>
}

/** Opens the CA of a folder, or makes one named after the host. Rejects with an EngineError of a CA_… code. */
export async function openAuthority(
  dir: string,
  hostName: string = hostname(),
  clock: () => number = Date.now,
): Promise<Authority> {
  const files = new CaFiles(resolve(dir))
  // Each turn adds a file or finds that another process did: key, certificate, done.
  for (let turn = 0; turn < 4; turn++) {
    const found = await files.read()
    if (found.certificate !== undefined && found.key !== undefined) {
      // Whoever began it may have been killed before.
      await files.endFirstRun()
      return authorityOf(files, { certificate: found.certificate, key: found.key }, await warningOf(files), clock)
    }
    if (found.certificate !== undefined) {
      throw new EngineError(
        'CA_DAMAGED',
        `${files.certificate} is there but its key ${files.key} is not: put the key back, or remove the certificate` +
          ' to get a new CA, which clients must then be told to trust',
      )
    }
    if (found.key === undefined) {
      await files.makeFolder()
      await files.beginFirstRun()
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      await files.publishKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    } else if (await files.isFirstRun()) {
      // It ended between the two files: no client can know this CA yet, so its certificate may be made now.
      await files.publishCertificate(await newCaCertificate(readCaKey(found.key, files.key), hostName, clock()))
    } else {
      readCaKey(found.key, files.key)
      // Who made it in this moment has ended its first run: then the certificate is there by now.
      if ((await files.read()).certificate !== undefined) continue
      throw new EngineError(
        'CA_DAMAGED',
        `${files.key} is there but its certificate ${files.certificate} is not: put the certificate back, or remove the` +
          ' key to get a new CA, which clients must then be told to trust',
      )
    }
  }
  throw new EngineError('CA_UNWRITABLE', `the files of the CA vanish from ${files.dir}: use a folder of its own`)
}

/** Whoever has the key can read the traffic of everybody who trusts the CA. */
async function warningOf(files: CaFiles): Promise<string | undefined> {
  if (!(await files.keyIsOpen())) return undefined
  return `other users of this machine can read the CA's key: chmod 600 ${files.key}`
}

function authorityOf(
  files: CaFiles,
  texts: { certificate: string; key: string },
  warning: string | undefined,
  clock: () => number,
): Authority {
  const ca = readCa(texts, files, clock())
  let issuer: Promise<IssueLeaf> | undefined
  return {
    certificatePem: ca.certificatePem,
    certificatePath: files.certificate,
    subject: distinguishedName(ca.certificate.subject),
    warning,
    trouble() {
      const trouble = caTrouble(ca.validity, clock())
      return trouble && `The CA in ${files.certificate} ${trouble}`
    },
    isStale: ({ validity }) => isStale(validity, clock(), ca.validity),
    async issue(names) {
      const usable = new Map(names.map((name) => certificateName(name)).map((name) => [name?.text, name]))
      const [first, ...rest] = [...usable.values()].filter((name) => name !== undefined)
      if (!first) throw new Error(`no certificate can be made for ${JSON.stringify(names).slice(0, 200)}`)
      issuer ??= loadForge().then((forge) => leafIssuer(forge, ca))
      const issue = await issuer
      return issue([first, ...rest], clock())
    },
  }
}
