/** The toolbar. */
import { countText } from './amounts.ts'
import type { FilterProblem } from '../store/list/filter.ts'

const problems: Record<FilterProblem['kind'], (problem: FilterProblem) => string> = {
  key: ({ value, word }) =>
    `"${value}" is nothing to filter by. Use host, path, method, status, type, delivery or is; to look for the text itself, put it in quotes: "${word.replaceAll('"', '')}".`,
  status: ({ value }) => `"${value}" is not a status. Write 404, 4xx, >=400 or 400-499.`,
  delivery: ({ value }) => `"${value}" is not a delivery. It is buffered, streamed, tunnelled, crossover or none.`,
  is: ({ value }) =>
    `"${value}" is not a state. It is pending, held, streaming, tunnelled, running, done, failed or left.`,
}

const runningStay = (count: number): string =>
  `${count === 1 ? 'One flow is still running and stays' : `${countText(count)} flows are still running and stay`}.`

export const toolbar = {
  name: 'Toolbar',
  product: 'Spillway',
  start: 'Start capture',
  starting: 'Starting…',
  stop: 'Stop capture',
  stopping: 'Stopping…',
  noAddress: 'not listening',
  notConnected: 'not connected',
  copyAddress: 'Copy the proxy address',
  connect: 'Connect a client',
  filter: 'Filter',
  filterHint: 'Filter: host:api delivery:streamed -type:image',
  clearFilter: 'Clear the filter',
  filterProblem: (problem: FilterProblem) => `${problems[problem.kind](problem)} The list is as it was before.`,
  sizeRule: (size: string) => `Stream > ${size}`,
  streamsAll: 'Stream everything',
  noSizeRule: 'No size rule',
  sizeRuleHelp: 'Response bodies larger than this are streamed. Open the setting.',
  clear: 'Clear',
  clearHelp: 'Delete all flows that have ended; running ones stay',
  clearTitle: (count: number) => `Delete ${countText(count)} flows?`,
  clearText: (running: number) =>
    `Their recorded bodies go with them. This cannot be taken back.${running > 0 ? ` ${runningStay(running)}` : ''}`,
  runningStay,
  clearYes: 'Delete all',
}
