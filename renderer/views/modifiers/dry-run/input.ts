/** What a dry run is fed with. */
import { create } from 'zustand'
import type { Input } from '../../../../app/contract/contract.ts'
import type { FlowRow } from '../../../../app/contract/flow-row.ts'
import { flows } from '../../../store/flows.ts'
import { modifiers } from '../../../texts/modifiers.ts'

const texts = modifiers.dryRun

export type InputKind = 'sample' | 'flow' | 'text'
export type RunInput = Input<'modifiers.dryRun'>['input']
export type Speed = 'once' | 'recorded'

type Chosen = { kind: InputKind; flow: number | undefined; text: string; cut: string; speed: Speed; choosing: boolean }

export const useInput = create<Chosen>(() => ({
  kind: 'sample',
  flow: undefined,
  text: '',
  cut: '',
  speed: 'once',
  choosing: false,
}))

/** "16" and "" are sizes to cut at. */
export function cutOf(text: string): { ok: boolean; cut: number | undefined } {
  const given = text.trim()
  if (given === '') return { ok: true, cut: undefined }
  const cut = Number(given)
  return /^\d+$/.test(given) && cut >= 1 && Number.isSafeInteger(cut)
    ? { ok: true, cut }
    : { ok: false, cut: undefined }
}

/** Undefined: there is something to be chosen first. */
export function inputOf({ kind, flow, text, cut }: Chosen): RunInput | undefined {
  if (kind === 'sample') return { kind }
  if (kind === 'flow') return flow === undefined ? undefined : { kind, id: flow }
  const size = cutOf(cut)
  if (!size.ok || text === '') return undefined
  return size.cut === undefined ? { kind, text } : { kind, text, cut: size.cut }
}

/** A flow that was chosen, and has been deleted since. */
export const isGone = ({ kind, flow }: Pick<Chosen, 'kind' | 'flow'>): boolean =>
  kind === 'flow' && flow !== undefined && !flows.rows.has(flow)

export function sameInput(a: RunInput, b: RunInput | undefined): boolean {
  if (a.kind === 'flow') return b?.kind === 'flow' && a.id === b.id
  return a.kind === 'text' ? b?.kind === 'text' && a.text === b.text && a.cut === b.cut : b?.kind === a.kind
}

export function inputName({ kind, flow }: Pick<Chosen, 'kind' | 'flow'>): string {
  if (kind === 'sample') return texts.sample
  if (kind === 'text') return texts.text
  if (flow === undefined) return texts.anyFlow
  const row = flows.rows.get(flow)
  return row ? `${row.method} ${row.path || row.host}` : texts.goneFlow
}

/** Whether its body can be run on. */
export const isRecorded = ({ recorded, end, size }: FlowRow): boolean =>
  end !== undefined && size > 0 && recorded !== undefined && recorded !== 'missing'

/** Those in `first` before others, each the newest first; `more` have the words, too. */
export function recordedFlows(
  rows: Iterable<FlowRow>,
  words: string,
  most: number,
  first?: ReadonlySet<number>,
): { found: FlowRow[]; more: number; any: boolean } {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const found: FlowRow[] = []
  let any = false
  for (const row of rows) {
    if (!isRecorded(row)) continue
    any = true
    const said = `${row.method} ${row.url} ${row.type ?? ''} ${row.status ?? ''}`.toLowerCase()
    if (wanted.every((word) => said.includes(word))) found.push(row)
  }
  const isFirst = ({ id }: FlowRow): number => (first?.has(id) === true ? 1 : 0)
  found.sort((a, b) => isFirst(b) - isFirst(a) || b.id - a.id)
  return { found: found.slice(0, most), more: Math.max(0, found.length - most), any }
}
