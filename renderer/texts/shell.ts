/** The frame of the window: navigation, status bar, connection, shortcuts. */
import { keys } from './common.ts'
import { countText, rateText } from './amounts.ts'

export const shell = {
  navigation: 'Views',
  flows: 'Flows',
  modifiers: 'Modifiers',
  settings: 'Settings',
  shortcuts: 'Keyboard shortcuts',
  layers: 'Menus',
  separator: 'Width of the inspector',
  main: 'Spillway',
  connecting: 'Connecting to Spillway…',
  status: {
    name: 'Status',
    capturing: (address: string) => `Capturing on ${address}`,
    starting: 'Starting the capture',
    stopping: 'Stopping the capture',
    stopped: 'Stopped',
    notConnected: 'Not connected',
    some: (shown: number, all: number) => `${countText(shown)} of ${countText(all)} flows`,
    all: (count: number) => (count === 1 ? '1 flow' : `${countText(count)} flows`),
    streaming: (count: number, rate: number) => `${countText(count)} streaming, ${rateText(rate)}`,
    selected: (count: number) => `${countText(count)} selected`,
    modifiers: (count: number) =>
      count === 0 ? 'No modifier on' : count === 1 ? '1 modifier on' : `${countText(count)} modifiers on`,
    modifiersHelp: 'Open the modifiers',
    dropped: (count: number) => `${countText(count)} older ones dropped`,
    droppedHelp: 'The oldest ended flows give way when there are more than the settings keep. Open the setting.',
  },
  lost: (seconds: number) =>
    `The connection to Spillway broke. What you see is what was known then. ${
      seconds > 0 ? `Next attempt in ${seconds} s.` : 'Trying again…'
    }`,
  again: 'Try now',
}

export const shortcuts: { keys: string; does: string }[] = [
  { keys: `${keys.command} F`, does: 'Go to the filter' },
  { keys: `${keys.command} ,`, does: 'Settings' },
  { keys: 'Esc', does: 'In the filter: clear it, then leave. In the list: close the inspector' },
  { keys: '↑ ↓ or k j', does: 'Previous and next flow' },
  { keys: 'Page Up, Page Down', does: 'A page up and down' },
  { keys: 'Home, End', does: 'First and last flow; at the end the list follows what arrives' },
  { keys: 'Enter', does: 'Open the inspector' },
  { keys: 'Shift ↑ ↓', does: 'Select a stretch' },
  { keys: `${keys.command} A`, does: 'Select all flows in the list' },
  { keys: `${keys.command} C`, does: 'Copy the URLs' },
  { keys: `${keys.command} Shift C`, does: 'Copy as cURL' },
  { keys: keys.delete, does: 'Delete the selected flows' },
  { keys: '← →', does: 'In the column names: previous and next; with Alt move, with Shift resize' },
  { keys: 'Menu, Shift F10', does: 'Everything that can be done with a flow' },
  { keys: '1, 2, 3', does: 'Flows, modifiers, settings' },
  { keys: `${keys.command} S`, does: 'In the modifiers: save and apply' },
  { keys: `${keys.command} Enter`, does: 'In the modifiers: dry run' },
  { keys: 'Shift Alt F', does: 'In the modifiers: format the code' },
  { keys: 'F8', does: 'In the code: next problem' },
  { keys: 'Esc, then Tab', does: 'In the code: leave the editor' },
  { keys: 'Alt ↑ ↓', does: 'In the modifiers and rules: move up and down; F2 renames a modifier' },
  { keys: '?', does: 'This list' },
]
