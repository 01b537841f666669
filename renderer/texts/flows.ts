/** The flow list. */
import type { FlowState } from '../../app/contract/flow-row.ts'
import { countText } from './amounts.ts'

export const states: Record<FlowState, string> = {
  pending: 'Waiting for a response',
  held: 'Being held: the client gets it when it is complete',
  streaming: 'Streaming',
  tunnelled: 'Tunnel open',
  done: 'Done',
  failed: 'Failed',
  left: 'The client went away',
  killed: 'Ended by you',
  stopped: 'Ended: the capture was stopped',
}

export const flows = {
  list: 'Flows',
  states,
  columns: {
    state: 'State',
    method: 'Method',
    status: 'Status',
    host: 'Host',
    path: 'Path',
    type: 'Type',
    size: 'Size',
    rate: 'Rate',
    time: 'Time',
    waterfall: 'Waterfall',
    delivery: 'Delivery and why',
  },
  chooseColumns: 'Choose columns',
  usualColumns: 'Usual columns',
  crossed: 'crossed over',
  held: 'held',
  killed: 'ended by you',
  stopped: 'ended: capture stopped',
  menu: {
    inspect: 'Open',
    copyUrl: 'Copy URL',
    copyUrls: (count: number) => `Copy ${countText(count)} URLs`,
    copyCurl: 'Copy as cURL',
    onlyHost: (host: string) => `Show only ${host}`,
    notHost: (host: string) => `Hide ${host}`,
    onlyType: (type: string) => `Show only ${type}`,
    passthrough: (host: string) => `Pass ${host} through untouched`,
    kill: 'End it now',
    killMany: (count: number) => `End ${countText(count)} now`,
    delete: 'Delete',
    deleteMany: (count: number) => `Delete ${countText(count)} flows`,
  },
  deleteYes: 'Delete',
  runningStay: (count: number) =>
    `${count === 1 ? 'One flow is' : `${countText(count)} flows are`} still running and cannot be deleted. End ${count === 1 ? 'it' : 'them'} first, from the menu of the list.`,
  copied: 'Copied.',
  copiedWithoutBody: 'Copied without the body: it was not recorded, is not text, or is larger than 256 KB.',
  gone: 'This flow is not there any more.',
  passesNow: (host: string) =>
    `New connections to ${host} pass through untouched. You can take that back in the settings.`,
  fixedPassthrough:
    'The passthrough hosts were given on the command line or in the environment, so the window cannot change them.',
  empty: {
    loading: 'Fetching the flows…',
    stopped: 'Nothing is captured yet',
    stoppedHelp: 'Start the capture, then let a program send its traffic through Spillway.',
    waiting: 'Waiting for the first request',
    waitingHelp: (proxy: string) => `Spillway listens on ${proxy}. Let a program use it as its proxy:`,
    noMatch: 'No flow matches the filter',
    noMatchHelp: (count: number) =>
      count === 1 ? 'There is one flow that it hides.' : `There are ${countText(count)} flows that it hides.`,
    clearFilter: 'Clear the filter',
  },
}
