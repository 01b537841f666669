/** What was typed, as it is, in any case. A line of input never matches across lines. */
export const patternOf = (query: string): RegExp => new RegExp(query.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu')
