/** Names of the elements of a row, by which they refer to each other. */
import type { PanelKey } from '../../../texts/settings.ts'

export const rowId = (key: PanelKey): string => `setting-${key}`
export const titleId = (key: PanelKey): string => `${rowId(key)}-title`
export const helpId = (key: PanelKey): string => `${rowId(key)}-help`
export const lockId = (key: PanelKey): string => `${rowId(key)}-lock`
/** What a control refers to: its help, and why it is locked. */
export const describedBy = (key: PanelKey, locked: boolean): string =>
  locked ? `${helpId(key)} ${lockId(key)}` : helpId(key)
/** What is focused when somebody asks for this setting. */
export const controlId = (key: PanelKey): string => `${rowId(key)}-control`
