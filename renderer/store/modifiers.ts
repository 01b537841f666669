/** The modifiers as the host has them, in their order, and what can be done with them. */
import { create } from 'zustand'
import type { CallName, Input, Output } from '../../app/contract/contract.ts'
import type { ModifierMatchFields, ModifierRow, ModifiersState } from '../../app/contract/modifiers.ts'
import type { CallFault } from '../../app/contract/wire.ts'
import { client, faultOf } from '../client/index.ts'

const store = create<{ state: ModifiersState | undefined }>(() => ({ state: undefined }))

/** Undefined until the host has told them. */
export const useModifiers = (): ModifiersState | undefined => store((held) => held.state)

/** How many are on, whatever they match: as their switches show it, so not those that were switched off by themselves. */
export const useModifiersOn = (): number => store((held) => held.state?.rows.filter(isOn).length ?? 0)

export const isOn = ({ off, status }: ModifierRow): boolean => !off && status !== 'killed'

export const modifiersNow = (): ModifiersState | undefined => store.getState().state

export const modifiersTold = (state: ModifiersState): void => {
  store.setState({ state })
}

/** What came of a call: its answer, or what was wrong. */
export type Done<T> = { ok: true; value: T } | { ok: false; fault: CallFault }

async function done<N extends CallName>(name: N, input: Input<N>): Promise<Done<Output<N>>> {
  try {
    return { ok: true, value: await client.call(name, input) }
  } catch (error) {
    return { ok: false, fault: faultOf(error) }
  }
}

/** A new one begins switched off: nothing happens to traffic before its user has seen what it does. */
export const addModifier = (name: string, source: string, off = true): Promise<Done<{ id: string }>> =>
  done('modifiers.add', { name, source, off })

export const saveModifier = (id: string, source: string): Promise<Done<Output<'modifiers.save'>>> =>
  done('modifiers.save', { id, source })

export const renameModifier = (id: string, name: string): Promise<Done<{ id: string }>> =>
  done('modifiers.rename', { id, name })

export const removeModifier = (id: string): Promise<Done<Output<'modifiers.remove'>>> =>
  done('modifiers.remove', { id })

export const sourceOf = (id: string): Promise<Done<{ source: string }>> => done('modifiers.source', { id })

export const startersOf = (): Promise<Done<Output<'modifiers.starters'>>> => done('modifiers.starters', undefined)

/** What a user sets of one, beside its place in the order. */
export type Arranged = { id: string; off: boolean; match: ModifierMatchFields; recode: boolean }

export const arrangedOf = ({ id, off, match, recode }: ModifierRow): Arranged => ({ id, off, match, recode })

/** Those that can be arranged, in their order. */
export const arrangement = (state: ModifiersState | undefined): Arranged[] =>
  state?.rows.filter(({ fixed }) => !fixed).map(arrangedOf) ?? []

export async function arrangeModifiers(rows: readonly Arranged[]): Promise<CallFault | undefined> {
  const result = await done('modifiers.arrange', { rows: [...rows] })
  if (!result.ok) return result.fault
  modifiersTold(result.value)
  return undefined
}

/** Changes one of them; the others stay as they are. */
export function changeModifier(id: string, change: Partial<Omit<Arranged, 'id'>>): Promise<CallFault | undefined> {
  const rows = arrangement(modifiersNow())
  return arrangeModifiers(rows.map((row) => (row.id === id ? { ...row, ...change } : row)))
}

/** Told after each change; returns how to stop. */
export const onModifiers = (listener: (state: ModifiersState) => void): (() => void) =>
  store.subscribe(({ state }) => state && listener(state))
