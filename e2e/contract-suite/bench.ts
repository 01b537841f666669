/** What the tests of the suite have in common. */
import type { FlowRow } from '../../app/contract/flow-row.ts'
import { fetchThrough, type Traffic } from './traffic.ts'
import type { SuiteWindow } from './wire.ts'

/** A host that captures at `port`, and what windows of it see. */
export type Bench = { open(): Promise<SuiteWindow>; traffic: Traffic; port: number }

/** For a machine that is busy. */
export const soon = { timeout: 20_000 }

/** Makes a flow and waits for its row, which is given. */
export async function flowOf(
  { traffic, port }: Bench,
  window: SuiteWindow,
  path: string,
  state = 'done',
): Promise<FlowRow> {
  const url = traffic.url(path)
  if (state === 'done') await fetchThrough(port, url)
  else void fetchThrough(port, url)
  const rowOf = () =>
    window
      .told('flows')
      .flatMap(({ rows }) => rows)
      .find((row) => row.url === url && row.state === state)
  await window.until(() => rowOf() !== undefined, `a row ${url} that is ${state}`)
  return rowOf() as FlowRow
}
