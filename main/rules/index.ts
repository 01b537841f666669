/**
 * Which traffic a user's words mean: streaming rules over responses, passthrough patterns over hosts. Pure: values in,
 * answers out. It decides nothing by itself; streaming/decide and proxy/ ask it.
 */
export { matchesResponse, matchRule, missedFields, ruleLabel, type ResponseFacts } from './match.ts'
export { passthroughPattern } from './passthrough.ts'
