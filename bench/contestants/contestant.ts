/** What the bench has to know of a proxy. A contestant is configured the way its own documentation says. */
import type { Lab } from '../lab/lab.ts'
import type { OriginPorts } from '../lab/origins.ts'
import type { Tool } from '../lab/tools.ts'

/**
 * How a proxy is set up for a row. `default`: as its users run it. `stream`: bodies from 1 MB on are streamed.
 * `live`: an event stream passes without delay. `early`: so does what there is of a large body. `modified`: bodies are
 * streamed, those under /modified through a modifier that changes nothing.
 */
export type Mode = 'default' | 'stream' | 'live' | 'early' | 'modified'

/** Where it listens on 127.0.0.1, by origin and scheme. A forward proxy listens once; a reverse proxy per origin. */
export interface Ports {
  readonly small: OriginPorts
  readonly live: OriginPorts
  /** Certificates made on the fly. */
  readonly mint: number
}

export interface Setting {
  readonly lab: Lab
  /** A fresh folder of its own. */
  readonly home: string
  readonly ports: Ports
  readonly mode: Mode
}

export interface Contestant {
  readonly name: string
  readonly form: 'forward' | 'reverse'
  /** The relay knows no HTTP: it only serves the rows that are about latency. */
  readonly onlyLatency?: true
  /** Its clients get HTTP/1.1, whatever they offer. */
  readonly noHttp2?: true
  readonly tools: readonly Tool[]
  readonly npm?: true
  /** In which modes it is started otherwise than by default; in others one instance serves all. */
  readonly modes?: readonly Mode[]
  /** What it is given to do, so that a slow one does not hold up the run: figures are per request, GB and host. */
  readonly work: {
    readonly requests: number
    readonly megabytes: number
    /** Megabytes over HTTP/2. */
    readonly multiplexed: number
    readonly hosts: number
  }
  readonly version: () => string
  /** Writes what it needs into its home. */
  readonly prepare?: (setting: Setting) => void
  readonly command: (setting: Setting) => readonly string[]
  /** The certificate its clients trust; there once it listens. */
  readonly caFile: (setting: Setting) => string
}
