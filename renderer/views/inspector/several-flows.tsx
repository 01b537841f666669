import { useEffect, useState } from 'react'
import { flows } from '../../store/flows.ts'
import { inspector as texts } from '../../texts/inspector.ts'
import { sizeText } from '../../texts/amounts.ts'
import { StateMessage } from './shown/state-message.tsx'

/** Often enough for the eye; a hundred thousand flows are not summed for every frame. */
const everyMs = 500

function sumOf(selected: ReadonlySet<number>): { bytes: number; running: number } {
  let bytes = 0
  let running = 0
  for (const id of selected) {
    const row = flows.rows.get(id)
    if (!row) continue
    bytes += row.size
    if (row.end === undefined) running++
  }
  return { bytes, running }
}

export function SeveralFlows({ selected }: { selected: ReadonlySet<number> }) {
  const [, again] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => again((count) => count + 1), everyMs)
    return () => clearInterval(timer)
  }, [])
  const { bytes, running } = sumOf(selected)
  return (
    <StateMessage title={texts.several.title(selected.size)} next={texts.several.sum(sizeText(bytes), running)}>
      <p>{texts.several.next}</p>
    </StateMessage>
  )
}
