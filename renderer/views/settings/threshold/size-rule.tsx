import { TextControl } from '../fields/text-control.tsx'
import { useDraft } from '../fields/use-draft.ts'
import { written } from '../fields/written.ts'
import type { Row } from '../rows/table.ts'
import { useLastBodies } from './bodies.ts'
import { Picture } from './picture.tsx'
import type { Threshold } from './scale.ts'

type Props = { row: Row; value: number | undefined; locked: boolean }

/** The size rule: its field, and what it would mean for the last bodies, before it is applied. */
export function SizeRule({ row, value, locked }: Props) {
  const draft = useDraft(row, value)
  const bodies = useLastBodies()
  const threshold: Threshold =
    draft.read.ok && typeof draft.read.value !== 'string' ? draft.read.value : (value ?? null)
  return (
    <TextControl row={row} draft={draft} locked={locked}>
      <Picture
        bodies={bodies}
        threshold={threshold}
        locked={locked}
        move={(next) => draft.edit(written(row.key, next))}
        apply={() => draft.apply()}
      />
    </TextControl>
  )
}
