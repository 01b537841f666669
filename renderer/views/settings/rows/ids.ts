/** Names of the elements of a row, by which they refer to each other. */
import type { PanelKey } from '../../../texts/settings.ts'

export const rowId = (key: PanelKey): string => `setting-${key}`
export const titleId = (key: PanelKey): string => `${rowId(key)}-title`
export const helpId = (key: PanelKey): string => `${rowId(key)}-help`
/** What is focused when somebody asks for this setting. */
export const controlId = (key: PanelKey): string => `${rowId(key)}-control`
