import type { Library } from './index.ts'

const functions: Record<keyof Library, true> = {
  text: true,
  lines: true,
  replace: true,
  events: true,
  sse: true,
  json: true,
  take: true,
  skip: true,
  delay: true,
  throttle: true,
  pieces: true,
  gather: true,
  stallAfter: true,
  cutAfter: true,
  corrupt: true,
  log: true,
}

/** What can be imported from 'spillway', in the order in which people are told. */
export const libraryNames: readonly string[] = Object.keys(functions)

/** What assets/modifiers/spillway.d.ts exports beside it: types, of which nothing is left when it is compiled. */
export const libraryTypes: readonly string[] = [
  'Source',
  'Items',
  'Generated',
  'LinesOptions',
  'Replacement',
  'ReplaceOptions',
  'ServerEvent',
  'EventLike',
  'EventsOptions',
  'BadLine',
  'JsonOptions',
  'Json',
  'CorruptOptions',
]
