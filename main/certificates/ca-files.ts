/**
 * The CA's folder. What lies there was written whole or not at all, by whoever came first: a file is written under
 * another name, flushed, and then linked to its own, which fails when that is taken. Nothing here overwrites.
 */
import { randomUUID } from 'node:crypto'
import { constants, copyFile, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EngineError } from '../model/errors.ts'

export class CaFiles {
  readonly dir: string
  readonly certificate: string
  readonly key: string
  /** There from before the key until after the certificate of a first run. */
  readonly #firstRun: string

  constructor(dir: string) {
    this.dir = dir
    this.certificate = join(dir, 'ca.pem')
    this.key = join(dir, 'ca-key.pem')
    this.#firstRun = join(dir, '.first-run')
  }

  /**
   * Undefined: not there. The certificate is looked for first: it is written last, so a certificate without
   * a key is never another process at work.
   */
  async read(): Promise<{ certificate: string | undefined; key: string | undefined }> {
    const certificate = await readText(this.certificate)
    return { certificate, key: await readText(this.key) }
  }

  /** Folders that are missing are made for their owner alone (0700). One that is there stays as it is. */
  async makeFolder(): Promise<void> {
    try {
      await makeFolders(this.dir)
    } catch (cause) {
      throw unwritable(this.dir, cause)
    }
  }

  /**
   * A first run begins here, and has not come to its end: no client can know the key's certificate yet. Without it, a key
   * alone is what somebody has left of a CA.
   */
  async beginFirstRun(): Promise<void> {
    try {
      await (await open(this.#firstRun, 'a', 0o600)).close()
    } catch (cause) {
      throw unwritable(this.#firstRun, cause)
    }
  }

  async isFirstRun(): Promise<boolean> {
    return (await readText(this.#firstRun)) !== undefined
  }

  /** Both files are there. In a folder that cannot be written its mark stays, if there is one. */
  async endFirstRun(): Promise<void> {
    await unlink(this.#firstRun).catch(() => undefined)
  }

  /** Whether others than its owner may read the key. Windows has no such modes. */
  async keyIsOpen(): Promise<boolean> {
    if (process.platform === 'win32') return false
    const { mode } = await stat(this.key)
    return (mode & 0o077) !== 0
  }

  /** Readable by its owner alone (0600) from its first byte on. Does nothing when there is a key. */
  async publishKey(text: string): Promise<void> {
    await this.publish(this.key, text, 0o600)
  }

  /** Does nothing when there is a certificate. */
  async publishCertificate(text: string): Promise<void> {
    await this.publish(this.certificate, text, 0o644)
  }

  private async publish(path: string, text: string, mode: number): Promise<void> {
    const temporary = `${path}.${randomUUID()}.tmp`
    try {
      try {
        const file = await open(temporary, 'wx', mode)
        try {
          await file.writeFile(text)
          await file.sync()
        } finally {
          await file.close()
        }
        await linkOrCopy(temporary, path)
      } finally {
        await unlink(temporary).catch(() => undefined)
      }
      await this.flush()
    } catch (cause) {
      if (!isErrno(cause, 'EEXIST')) throw unwritable(path, cause)
    }
  }

  /** So that after a power cut there is no certificate without its key. Where folders cannot be flushed, so be it. */
  private async flush(): Promise<void> {
    const folder = await open(this.dir, 'r').catch(() => undefined)
    await folder?.sync().catch(() => undefined)
    await folder?.close()
  }
}

// Not node's `recursive`: it tries for ever where a folder's parent is there and says ENOENT all the same (/proc).
async function makeFolders(dir: string): Promise<void> {
  const make = () =>
    mkdir(dir, { mode: 0o700 }).catch((cause: unknown) => {
      if (!isErrno(cause, 'EEXIST')) throw cause
    })
  try {
    await make()
  } catch (cause) {
    if (!isErrno(cause, 'ENOENT') || dirname(dir) === dir) throw cause
    await makeFolders(dirname(dir))
    await make()
  }
}

/** FAT and some network file systems know no links: there, the copy is exclusive too, but not atomic. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (cause) {
    if (isErrno(cause, 'EEXIST')) throw cause
    await copyFile(from, to, constants.COPYFILE_EXCL)
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'latin1')
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return undefined
    const why = cause instanceof Error ? cause.message : String(cause)
    const message = `${path} cannot be read (${why}): allow this user to read it, or choose another folder for the CA`
    throw new EngineError('CA_UNREADABLE', message, { cause })
  }
}

function unwritable(path: string, cause: unknown): EngineError {
  const why = cause instanceof Error ? cause.message : String(cause)
  const message = `${path} cannot be written (${why}): make its folder writable, or choose another one for the CA`
  return new EngineError('CA_UNWRITABLE', message, { cause })
}

function isErrno(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code
}
