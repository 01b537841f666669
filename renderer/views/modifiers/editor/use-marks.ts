/** The marks of the open file (marks.ts): what is wrong with what is on disk, and what a dry run of the text has found. */
import type { Text } from '@codemirror/state'
import { useMemo } from 'react'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { useDryRun } from '../dry-run/run.ts'
import { files } from '../open-files.ts'
import { showFlow } from './bars.tsx'
import { isOfNow } from './bars-of.ts'
import type { Mark } from './marks.ts'
import type { FileFacts } from './open-file.ts'

/** What the last dry run was of: the text in the editor, and what was on disk meanwhile. */
let ran: { id: string; text: Text; onDisk: Text | undefined } | undefined

useDryRun.subscribe(({ run, of }, before) => {
  if (run === before.run) return
  const file = of && files.get(of.id)
  ran = of && file && { id: of.id, text: file.state.doc, onDisk: file.base }
})

/** The text that was run; undefined when another has been saved since: what was found is of an earlier version. */
function textRun(id: string, onDisk: Text | undefined): Text | undefined {
  if (ran?.id !== id) return undefined
  return onDisk === ran.onDisk || onDisk?.eq(ran.text) === true ? ran.text : undefined
}

/** `facts` change with each save. */
export function useMarks(row: ModifierRow, facts: FileFacts | undefined): readonly Mark[] {
  const { id, problem, failure, status, version } = row
  const run = useDryRun((now) => now.run)
  const dry = useDryRun((now) => (now.of?.id === id ? now.problem : undefined))
  const isFailure = isOfNow(row)
  const onDisk = facts && files.get(id)?.base
  const tried = facts && textRun(id, onDisk)
  return useMemo(() => {
    const marks: Mark[] = []
    const of = String(version)
    if (problem && status !== 'killed') marks.push({ kind: 'broken', ...placeOf(problem), text: onDisk, of })
    if (failure && isFailure) {
      const { flow } = failure
      const act = { name: modifiers.problems.showFlow(flow), run: () => showFlow(flow) }
      marks.push({ kind: 'failed', ...placeOf(failure), text: onDisk, of, act })
    } else if (problem && status === 'killed') marks.push({ kind: 'failed', ...placeOf(problem), text: onDisk, of })
    // A dry run that finds what has been found before is not another problem.
    const isNews = dry && !marks.some(({ message, line }) => message === dry.message && line === dry.line)
    if (isNews && tried) marks.push({ kind: 'dry-run', ...placeOf(dry), text: tried, of: String(run) })
    return marks
  }, [problem, failure, isFailure, status, version, onDisk, dry, tried, run])
}

type Place = { message: string; line?: number | undefined; column?: number | undefined }

const placeOf = ({ message, line, column }: Place): Pick<Mark, 'message' | 'line' | 'column'> => ({
  message,
  line,
  column,
})
