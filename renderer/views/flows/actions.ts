/** What can be done with flows: the context menu, and the keys that do the same. */
import type { FlowRow } from '../../../app/contract/flow-row.ts'
import { create } from 'zustand'
import { client, faultOf } from '../../client/index.ts'
import { askFrom } from '../../store/ask-from.ts'
import { flows, isPast } from '../../store/flows.ts'
import { addFilter, listOrder, settleList } from '../../store/list/list.ts'
import { termFor } from '../../store/list/filter.ts'
import { notify } from '../../store/notices.ts'
import { inspect, select, useSelection } from '../../store/selection.ts'
import { changeSettings, settingsNow } from '../../store/settings.ts'
import { keys } from '../../texts/common.ts'
import { flows as texts } from '../../texts/flows.ts'
import { copyText } from '../../ui/copy-button.tsx'
import type { MenuEntry } from '../../ui/menu.tsx'
import { curlOf } from './copy/curl.ts'
import { neighbour } from './keys.ts'

/** A frame to the host has a bound; this many ids are far below it. */
const idsAtOnce = 20_000
/** A command line longer than this is no use to anyone. */
const longestBody = 256 * 1024

const runs = ({ state }: FlowRow): boolean => ['pending', 'held', 'streaming', 'tunnelled'].includes(state)

async function inParts(call: 'flows.delete' | 'flows.kill', ids: readonly number[]): Promise<void> {
  try {
    for (let at = 0; at < ids.length; at += idsAtOnce) await client.call(call, { ids: ids.slice(at, at + idsAtOnce) })
  } catch (error) {
    notify(faultOf(error).message, 'problem')
  }
}

/** The selected flows, oldest first. */
function selectedRows(): FlowRow[] {
  const rows = [...useSelection.getState().selected].map((id) => flows.rows.get(id))
  return rows.filter((row) => row !== undefined).sort((a, b) => a.id - b.id)
}

const idsOf = (rows: readonly FlowRow[]): number[] => rows.map(({ id }) => id)

/** The question before many flows are deleted, about so many. */
export const useAsking = create<{ open: boolean; count: number }>(() => ({ open: false, count: 0 }))

/** What runs stays: it has to be ended first. What a filter hides stays too. Many are deleted when that is `meant`. */
export async function deleteSelected(meant = false): Promise<void> {
  settleList()
  const rows = selectedRows().filter(({ id }) => listOrder.indexOf(id) >= 0)
  if (!meant && rows.length > askFrom) {
    useAsking.setState({ open: true, count: rows.length })
    return
  }
  const ended = rows.filter((row) => !runs(row))
  if (ended.length < rows.length) notify(texts.runningStay(rows.length - ended.length))
  if (ended.length === 0) return
  const gone = new Set(idsOf(ended))
  const next = neighbour(listOrder.ids, gone)
  // Where something stays selected, that is where the user is.
  if (ended.length === rows.length) select(next)
  // The host does not know those of before its failure.
  flows.put([], [...gone].filter(isPast))
  await inParts(
    'flows.delete',
    [...gone].filter((id) => !isPast(id)),
  )
}

export async function copyUrls(rows: readonly FlowRow[] = selectedRows()): Promise<void> {
  if (rows.length > 0 && (await copyText(rows.map(({ url }) => url).join('\n')))) notify(texts.copied)
}

/** The focused flow's request as a command. */
export async function copyCurl(id: number | undefined = useSelection.getState().focused): Promise<void> {
  if (id === undefined) return
  if (isPast(id)) {
    notify(texts.pastHelp)
    return
  }
  try {
    const { method, url, request } = await client.call('flows.get', { id })
    const whole = request.recorded === 'complete' && request.recordedBytes <= longestBody
    const ask = { id, side: 'request', decoded: false, offset: 0, length: longestBody } as const
    const body = whole && request.recordedBytes > 0 ? (await client.call('flows.body', ask)).bytes : undefined
    const { command, left } = curlOf({ method, url, head: request.head, body: body ?? emptyIf(request.bytes === 0) })
    if (await copyText(command)) notify(left ? texts.copiedWithoutBody : texts.copied)
  } catch (error) {
    const { code, message } = faultOf(error)
    notify(code === 'GONE' ? texts.gone : message, 'problem')
  }
}

const emptyIf = (empty: boolean): Uint8Array | undefined => (empty ? new Uint8Array() : undefined)

async function passThrough(host: string): Promise<void> {
  const patterns = settingsNow()?.values.passthrough ?? []
  const fault = await changeSettings({ passthrough: [...patterns, host] })
  if (fault) notify(fault.message, 'problem')
  else notify(texts.passesNow(host))
}

/** For the flows that are selected now. */
export function menuEntries(): MenuEntry[] {
  const { menu } = texts
  const rows = selectedRows()
  const [row] = rows
  if (!row) return []
  const running = rows.filter(runs)
  const many = rows.length > 1
  const settings = settingsNow()
  const passes = settings?.fixed.includes('passthrough') === true || settings?.values.passthrough?.includes(row.host)
  const one: MenuEntry[] = [
    { name: menu.inspect, act: () => inspect(row.id), keys: 'Enter' },
    'line',
    { name: menu.copyUrl, act: () => void copyUrls(rows), keys: `${keys.command} C` },
    {
      name: menu.copyCurl,
      act: () => void copyCurl(row.id),
      keys: `${keys.command} Shift C`,
      off: row.path === '' || isPast(row.id),
    },
    'line',
    { name: menu.onlyHost(row.host), act: () => addFilter(termFor('host', row.host)) },
    { name: menu.notHost(row.host), act: () => addFilter(termFor('host', row.host, true)) },
    ...(row.type === undefined
      ? []
      : [{ name: menu.onlyType(row.type), act: () => addFilter(termFor('type', row.type ?? '')) }]),
    'line',
    { name: menu.passthrough(row.host), act: () => void passThrough(row.host), off: passes === true },
  ]
  const kill = many ? menu.killMany(running.length) : menu.kill
  return [
    ...(many ? [{ name: menu.copyUrls(rows.length), act: () => void copyUrls(rows), keys: `${keys.command} C` }] : one),
    'line',
    ...(running.length > 0
      ? [{ name: kill, act: () => void inParts('flows.kill', idsOf(running)), danger: true }]
      : []),
    {
      name: many ? menu.deleteMany(rows.length) : menu.delete,
      act: () => void deleteSelected(),
      keys: keys.delete,
      off: running.length === rows.length,
      danger: true,
    },
  ]
}
