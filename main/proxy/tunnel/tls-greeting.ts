/** A client that begins TLS with a port of ours, until its hello is there. */
import { readClientHello, type ClientHello } from '../../tls/index.ts'
import { FirstWords, type Refusal } from '../client/first-words.ts'

export type Hello = ClientHello & { state: 'hello' }

const decodeError = 50

export abstract class TlsGreeting extends FirstWords {
  protected readonly begun = 'its TLS hello'

  /** It is complete; with what came behind it, it is held. To be called once. */
  protected abstract greeted(hello: Hello): void

  protected read(): void {
    // What is held is at most what readClientHello looks at, and one read.
    const hello = readClientHello(this.held.view())
    if (hello.state === 'not-tls') this.refuse(this.refusal(`it begins like TLS, but ${hello.why}`))
    else if (hello.state === 'hello') this.greeted(hello)
  }

  /** The client is told by an alert (RFC 8446 §6). */
  protected refusal(why: string, alert = decodeError): Refusal {
    const message = `The client cannot be served: ${why}`
    const answer = Buffer.from([0x15, 3, 1, 0, 2, 2, alert])
    return { method: 'TLS', code: 'CLIENT_TLS', phase: 'client-tls', message, answer }
  }
}
