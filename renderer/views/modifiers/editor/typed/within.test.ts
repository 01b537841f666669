import { expect, test } from 'vitest'
import { withinModifier } from './within.ts'

const node = 'Do you need to install type definitions for node? Try `npm i --save-dev @types/node` and more.'

// "Try `npm i --save-dev @types/node`": nothing that is installed anywhere would be there in a modifier.
test.each([
  [`Cannot find name 'process'. ${node}`, 'A modifier has no process.'],
  [
    "Cannot find name 'console'. Do you need to change your target library? Try changing 'lib' to include 'dom'.",
    "A modifier has no console: what is given to log, from 'spillway', is shown in its console pane.",
  ],
  [`Cannot find name 'node:fs'. ${node}`, "A modifier can import from 'spillway' only, not from 'node:fs'."],
  [
    "Cannot find module 'x'. Did you mean to set the 'moduleResolution' option to 'nodenext'?",
    "A modifier can import from 'spillway' only, not from 'x'.",
  ],
  [
    "Cannot find module or type declarations for side-effect import of './x.ts'.",
    "A modifier can import from 'spillway' only, not from './x.ts'.",
  ],
  [
    "Property 'a' does not exist on type 'B'. Do you need to change your target library? Try changing the 'lib' option.",
    "Property 'a' does not exist on type 'B'.",
  ],
  ["Cannot find name 'Map2'. Did you mean 'Map'?", "Cannot find name 'Map2'. Did you mean 'Map'?"],
  ["Cannot find name 'fetch'.", "Cannot find name 'fetch'."],
])('%s', (message, said) => {
  expect(withinModifier(message)).toBe(said)
})
