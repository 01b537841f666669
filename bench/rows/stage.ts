/** The instances of one round: one per contestant and mode, started when needed, all stopped at the round's end. */
import type { Contestant, Mode } from '../contestants/contestant.ts'
import { launch, type Instance } from '../contestants/instance.ts'
import type { Lab } from '../lab/lab.ts'
import type { Stage } from './row.ts'

export interface RoundStage extends Stage {
  /** After a row: fresh instances go; after a failure the contestant's others too, whatever state they are in. */
  readonly tidy: (failed?: Contestant) => Promise<void>
  readonly close: () => Promise<void>
}

export function openStage(lab: Lab, share: number): RoundStage {
  const running = new Map<string, Instance>()
  const fresh: Instance[] = []
  const stopAll = async (instances: Iterable<Instance>): Promise<void> => {
    await Promise.all(Array.from(instances, (instance) => instance.stop()))
  }
  const effective = (contestant: Contestant, mode: Mode): Mode =>
    contestant.modes?.includes(mode) === true ? mode : 'default'
  const tidy = async (failed?: Contestant): Promise<void> => {
    await stopAll(fresh.splice(0))
    for (const [key, instance] of running) {
      if (failed === undefined || !key.startsWith(`${failed.name} `)) continue
      running.delete(key)
      await instance.stop()
    }
  }
  return {
    lab,
    share,
    async instance(contestant, mode) {
      const key = `${contestant.name} ${effective(contestant, mode)}`
      const known = running.get(key) ?? (await launch(lab, contestant, effective(contestant, mode)))
      running.set(key, known)
      return known
    },
    async fresh(contestant, mode, bare = false) {
      const instance = await launch(lab, contestant, effective(contestant, mode), bare)
      fresh.push(instance)
      return instance
    },
    tidy,
    async close() {
      await tidy()
      await stopAll(running.values())
    },
  }
}
