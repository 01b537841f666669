/** The size parser of the engine, for the window: a size means the same wherever it is written. */
export { formatSize, parseSize, type Parsed } from '../../main/model/size.ts'
