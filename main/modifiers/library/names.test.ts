import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { libraryNames, libraryTypes } from './names.ts'

test('the names are those that its types tell the user', () => {
  const declared = readFileSync('assets/modifiers/spillway.d.ts', 'utf8').split("declare module 'spillway'")[1] ?? ''
  const namesOf = (kinds: string): string[] => [
    ...new Set([...declared.matchAll(new RegExp(`^  export (?:${kinds}) (\\w+)`, 'gm'))].map(([, name = '']) => name)),
  ]
  expect(namesOf('function|const').sort()).toEqual([...libraryNames].sort())
  expect(namesOf('type|interface').sort()).toEqual([...libraryTypes].sort())
})
