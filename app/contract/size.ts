/** Sizes as the engine writes them, for the window: a size means the same wherever it is read. */
export { formatSize, type Parsed } from '../../main/model/size.ts'
