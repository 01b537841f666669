/** Which media types count as live, for the window. */
export { liveTypes } from '../../main/model/live-types.ts'
