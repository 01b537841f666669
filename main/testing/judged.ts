import { afterAll, beforeAll, beforeEach } from 'vitest'
import { startEngine, type TestEngine } from './engine.ts'
import { startJudgedOrigin, type JudgedOrigin } from '../proxy/framing/testing/judged-origin.ts'

/** An engine and an origin that judges what reaches it, for all tests of a file; there from its first test on. */
export function judged(): { readonly engine: TestEngine; readonly origin: JudgedOrigin } {
  const here = {} as { engine: TestEngine; origin: JudgedOrigin }
  beforeAll(async () => {
    here.engine = await startEngine()
    here.origin = await startJudgedOrigin()
  })

  // One that has failed must not fail the next.
  beforeEach(() => here.origin.judge())

  afterAll(async () => {
    await here.engine.settled()
    await here.origin[Symbol.asyncDispose]()
    await here.engine[Symbol.asyncDispose]()
  })
  return here
}
