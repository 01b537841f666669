/** What can be done with flows: the context menu, and the keys that do the same. */
import type { FlowRow } from '../../../app/contract/flow-row.ts'
import { create } from 'zustand'
import { client, faultOf } from '../../client/index.ts'
import { askFrom } from '../../store/ask-from.ts'
import { flows, isPast } from '../../store/flows.ts'
import { addFilter, listOrder, settleList } from '../../store/list/list.ts'
import { termFor, termForHosts } from '../../store/list/filter.ts'
import { notify } from '../../store/notices.ts'
import { interceptAgain, passThrough } from '../../store/passthrough.ts'
import { inspect, select, useSelection } from '../../store/selection.ts'
import { settingsNow } from '../../store/settings.ts'
import { keys } from '../../texts/common.ts'
import { flows as texts } from '../../texts/flows.ts'
import { copyText } from '../../ui/copy-button.tsx'
import type { MenuEntry } from '../../ui/menu.tsx'
import { curlOf, type Curl } from './copy/curl.ts'
import { neighbour } from './keys.ts'

/** A frame to the host has a bound; this many ids are far below it. */
const idsAtOnce = 20_000
/** A command line longer than this is no use to anyone. */
const longestBody = 256 * 1024
/** Each is asked for. */
const mostCommands = 500
/** A filter of more cannot be read. */
const mostHosts = 20

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

/** The requests as commands: one over several lines, several on a line each. */
export async function copyCurls(rows: readonly FlowRow[] = selectedRows()): Promise<void> {
  const known = rows.filter(({ id, path }) => !isPast(id) && path !== '').slice(0, mostCommands)
  if (known.length === 0) {
    if (rows.some(({ id }) => isPast(id))) notify(texts.pastHelp)
    return
  }
  const commands: string[] = []
  let bodies = 0
  try {
    for (const { id } of known) {
      const { command, left } = await commandOf(id, known.length === 1 ? undefined : ' ')
      commands.push(command)
      if (left) bodies++
    }
  } catch (error) {
    const { code, message } = faultOf(error)
    notify(code === 'GONE' ? texts.gone : message, 'problem')
    return
  }
  if (!(await copyText(commands.join('\n')))) return
  if (rows.length === 1) notify(bodies > 0 ? texts.copiedWithoutBody : texts.copied)
  else notify(texts.copiedCommands(commands.length, rows.length, bodies))
}

async function commandOf(id: number, between: string | undefined): Promise<Curl> {
  const { method, url, request } = await client.call('flows.get', { id })
  const whole = request.recorded === 'complete' && request.recordedBytes <= longestBody
  const ask = { id, side: 'request', decoded: false, offset: 0, length: longestBody } as const
  const body = whole && request.recordedBytes > 0 ? (await client.call('flows.body', ask)).bytes : undefined
  return curlOf({ method, url, head: request.head, body: body ?? emptyIf(request.bytes === 0) }, between)
}

const emptyIf = (empty: boolean): Uint8Array | undefined => (empty ? new Uint8Array() : undefined)

async function turnThrough(hosts: readonly string[]): Promise<void> {
  const fault = await passThrough(hosts)
  if (fault) {
    notify(fault.message, 'problem')
    return
  }
  const said = hosts.length === 1 ? texts.passesNow(hosts[0] ?? '') : texts.passNow(hosts.length)
  notify(said, 'info', { act: { name: texts.passUndo, run: () => void turnBack(hosts) } })
}

async function turnBack(hosts: readonly string[]): Promise<void> {
  const fault = await interceptAgain(hosts)
  if (fault) notify(fault.message, 'problem')
  else notify(hosts.length === 1 ? texts.interceptedAgain(hosts[0] ?? '') : texts.interceptAgain(hosts.length))
}

/** About the hosts of the flows; several at once for a few. */
function hostEntries(rows: readonly FlowRow[]): MenuEntry[] {
  const { menu } = texts
  const hosts = [...new Set(rows.map(({ host }) => host))]
  const settings = settingsNow()
  const passed = settings?.values.passthrough ?? []
  const passes = settings?.fixed.includes('passthrough') === true || hosts.every((host) => passed.includes(host))
  const [only = ''] = hosts
  const one = hosts.length === 1
  const off = hosts.length > mostHosts
  const [type] = rows.length === 1 ? rows.map((row) => row.type) : []
  return [
    {
      name: one ? menu.onlyHost(only) : menu.onlyHosts(hosts.length),
      act: () => addFilter(termForHosts(hosts)),
      off,
    },
    {
      name: one ? menu.notHost(only) : menu.notHosts(hosts.length),
      act: () => addFilter(termForHosts(hosts, true)),
      off,
    },
    ...(type === undefined ? [] : [{ name: menu.onlyType(type), act: () => addFilter(termFor('type', type)) }]),
    'line',
    {
      name: one ? menu.passthrough(only) : menu.passHosts(hosts.length),
      act: () => void turnThrough(hosts.filter((host) => !passed.includes(host))),
      off: off || passes,
    },
  ]
}

/** For the flows that are selected now. */
export function menuEntries(): MenuEntry[] {
  const { menu } = texts
  const rows = selectedRows()
  const [row] = rows
  if (!row) return []
  const running = rows.filter(runs)
  const many = rows.length > 1
  const kill = many ? menu.killMany(running.length) : menu.kill
  const inspecting: MenuEntry[] = many
    ? []
    : [{ name: menu.inspect, act: () => inspect(row.id), keys: 'Enter' }, 'line']
  return [
    ...inspecting,
    {
      name: many ? menu.copyUrls(rows.length) : menu.copyUrl,
      act: () => void copyUrls(rows),
      keys: `${keys.command} C`,
    },
    {
      name: many ? menu.copyCurls(rows.length) : menu.copyCurl,
      act: () => void copyCurls(rows),
      keys: `${keys.command} Shift C`,
      off: rows.every(({ id, path }) => path === '' || isPast(id)),
    },
    'line',
    ...hostEntries(rows),
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
