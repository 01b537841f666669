/** Every sentence of the window, one file per view. */
import { common } from './common.ts'

export const texts = { common }
