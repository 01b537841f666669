import { TextDecoder as RuntimeDecoder, TextEncoder as RuntimeEncoder } from 'node:util'
import { asLanguageErrors } from './own-error.ts'

const encoder = new RuntimeEncoder()

/** UTF-8, in memory of its own; half a surrogate pair becomes U+FFFD. */
export const encode = (text: string): Uint8Array => encoder.encode(text)

type DecoderOptions = { fatal?: boolean; ignoreBOM?: boolean }

/** A decoder of the runtime behind functions. Throws RangeError for a label that is none. */
export function newDecoder(
  label: string,
  options: DecoderOptions,
): { encoding: string; decode(bytes: unknown, more: boolean): string } {
  const decoder = asLanguageErrors(() => {
    try {
      return new RuntimeDecoder(label, options)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ERR_ENCODING_NOT_SUPPORTED')
        throw new RangeError(error.message)
      throw error
    }
  })
  return {
    encoding: decoder.encoding,
    // The runtime itself looks whether these are bytes.
    decode: (bytes, more) => asLanguageErrors(() => decoder.decode(bytes as Uint8Array, { stream: more })),
  }
}

/** Encoding Standard, §7.4. */
export class TextEncoder {
  get encoding(): string {
    return 'utf-8'
  }

  encode(text: unknown = ''): Uint8Array {
    return encode(String(text))
  }

  encodeInto(text: unknown, target: unknown): { read: number; written: number } {
    if (!(target instanceof Uint8Array)) throw new TypeError('encodeInto: its second argument must be a Uint8Array')
    const { read, written } = asLanguageErrors(() => encoder.encodeInto(String(text), target))
    return { read, written }
  }
}

/** Encoding Standard, §7.2. */
export class TextDecoder {
  readonly #decoder: ReturnType<typeof newDecoder>
  readonly #fatal: boolean
  readonly #ignoreBOM: boolean

  constructor(label: unknown = 'utf-8', options: DecoderOptions = {}) {
    this.#fatal = Boolean(options.fatal)
    this.#ignoreBOM = Boolean(options.ignoreBOM)
    this.#decoder = newDecoder(String(label), { fatal: this.#fatal, ignoreBOM: this.#ignoreBOM })
  }

  get encoding(): string {
    return this.#decoder.encoding
  }

  get fatal(): boolean {
    return this.#fatal
  }

  get ignoreBOM(): boolean {
    return this.#ignoreBOM
  }

  decode(bytes?: unknown, options: { stream?: boolean } = {}): string {
    return this.#decoder.decode(bytes, Boolean(options.stream))
  }
}
