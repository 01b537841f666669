import type { Settings } from '../model/settings.ts'
import { startEngine, type EngineOptions, type TestEngine } from './engine.ts'
import { originCa } from './scripted-origin.ts'

/** An engine that trusts the origins of these tests, which have their certificates by originCa(). */
export async function startTrusting(wanted: Partial<Settings> = {}, host: EngineOptions = {}): Promise<TestEngine> {
  return startEngine({ originCas: [(await originCa()).pem], ...wanted }, host)
}
