/** A row of the table: what is done with one contestant in one round, and what its figures mean. */
import type { Contestant, Mode } from '../contestants/contestant.ts'
import type { Instance } from '../contestants/instance.ts'
import type { Lab } from '../lab/lab.ts'
import type { Figures } from '../load/job.ts'

/** What Spillway has to reach: so many times what another has in the same rounds, or so much in the figure's unit. */
export type Reach =
  | { readonly kind: 'times'; readonly of: 'haproxy' | 'mitmproxy'; readonly limit: number }
  | { readonly kind: 'at-most' | 'at-least'; readonly limit: number }

export interface Figure {
  readonly key: string
  readonly label: string
  readonly unit: string
  readonly digits: number
  /** Shown as what comes on top of the relay in the same round. */
  readonly overRelay?: true
  /** All of them. */
  readonly reach?: readonly Reach[]
}

export interface Stage {
  readonly lab: Lab
  /** 1, or less with --quick: counts and sizes are multiplied with it. */
  readonly share: number
  /** The contestant's running instance of this round, started when first asked for. */
  readonly instance: (contestant: Contestant, mode: Mode) => Promise<Instance>
  /** An instance nothing has been sent to yet, stopped after the row; `bare` as in contestants/instance.ts. */
  readonly fresh: (contestant: Contestant, mode: Mode, bare?: boolean) => Promise<Instance>
}

export interface Row {
  readonly name: string
  readonly title: string
  readonly figures: readonly Figure[]
  /** Rows whose figures hardly vary need not take part in every round. */
  readonly maxRounds?: number
  readonly latency?: true
  /** Nobody else has what it measures. */
  readonly onlySpillway?: true
  /** Only for those that speak it. */
  readonly http2?: true
  /** Needs more than one host name. */
  readonly manyHosts?: true
  readonly measure: (stage: Stage, contestant: Contestant) => Promise<Figures>
}

export const scaled = (stage: Stage, amount: number): number => Math.max(1, Math.round(amount * stage.share))
