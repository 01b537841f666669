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
  noRoom: 'no room',
  someHaveNoRoom: (count: number) => `Choose columns (${count === 1 ? 'one has' : `${count} have`} no room)`,
  usualColumns: 'Usual columns',
  crossed: 'crossed over',
  past: 'before the failure',
  pastError: 'Spillway’s engine failed while it ran',
  pastHelp: 'From before the failure: its details are gone.',
  someArePast: (count: number) =>
    `${count === 1 ? 'One flow is' : `${countText(count)} flows are`} from before the failure: the rows are what is left, details are gone. They stay until the list is cleared.`,
  held: 'held',
  killed: 'ended by you',
  stopped: 'ended: capture stopped',
  menu: {
    inspect: 'Open',
    copyUrl: 'Copy URL',
    copyUrls: (count: number) => `Copy ${countText(count)} URLs`,
    copyCurl: 'Copy as cURL',
    copyCurls: (count: number) => `Copy ${countText(count)} as cURL`,
    onlyHost: (host: string) => `Show only ${host}`,
    onlyHosts: (count: number) => `Show only their ${countText(count)} hosts`,
    notHosts: (count: number) => `Hide their ${countText(count)} hosts`,
    notHost: (host: string) => `Hide ${host}`,
    onlyType: (type: string) => `Show only ${type}`,
    passthrough: (host: string) => `Pass ${host} through untouched`,
    passHosts: (count: number) => `Pass their ${countText(count)} hosts through untouched`,
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
  copiedCommands: (count: number, of: number, bodies: number) =>
    `Copied ${countText(count)}${count < of ? ` of ${countText(of)}` : ''} commands.${bodies > 0 ? ` ${countText(bodies)} without the body, which was not recorded, is not text, or is larger than 256 KB.` : ''}`,
  gone: 'This flow is not there any more.',
  passesNow: (host: string) =>
    `New connections to ${host} pass through untouched. You can take that back in the settings.`,
  passNow: (count: number) =>
    `New connections to these ${countText(count)} hosts pass through untouched. You can take that back in the settings.`,
  fixedPassthrough:
    'The passthrough hosts were given on the command line or in the environment, so the window cannot change them.',
  again: 'Try again',
  otherPort: 'Choose another port',
  freePort: 'Use the next free port',
  fixedPort: 'The address was given on the command line or in the environment: change it there, or free the port.',
  note: 'What holds for these flows',
  isStopped: 'Capture is stopped: clients are refused.',
  couldNotStart: (problem: string) => `The capture could not start. ${problem}`,
  empty: {
    loading: 'Fetching the flows…',
    refused: 'Spillway does not know this tab',
    refusedHelp: 'The address that Spillway printed when it started opens it. The flows are shown then.',
    failed: 'The capture could not start',
    stopped: 'Nothing is captured yet',
    stoppedHelp: 'Start the capture, then let a program send its traffic through Spillway.',
    waiting: 'Waiting for requests',
    waitingHelp: (proxy: string) => `Spillway listens on ${proxy}. Let a program use it as its proxy:`,
    noMatch: 'No flow matches the filter',
    noMatchHelp: (count: number) =>
      count === 1 ? 'There is one flow that it hides.' : `There are ${countText(count)} flows that it hides.`,
    clearFilter: 'Clear the filter',
  },
}
