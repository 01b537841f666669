/** What a window shows of the setting `upstream` beside its field. */
export { withoutCredentials } from '../../main/model/upstream.ts'
