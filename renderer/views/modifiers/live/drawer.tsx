/** Below the code: the problems, or the console. */
import { X } from 'lucide-react'
import { create } from 'zustand'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { common } from '../../../texts/common.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { IconButton } from '../../../ui/button.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { ProblemList } from '../editor/problem-list.tsx'
import { ConsolePane } from './console-pane.tsx'
import styles from './live.module.css'

type Shown = 'problems' | 'console'

export const useDrawer = create<{ open: Shown | undefined }>(() => ({ open: undefined }))

export const toggleDrawer = (shown: Shown): void =>
  useDrawer.setState(({ open }) => ({ open: open === shown ? undefined : shown }))

const choices = [
  { value: 'problems', label: modifiers.problems.title },
  { value: 'console', label: modifiers.console.name },
] as const

export function Drawer({ row, shown }: { row: ModifierRow; shown: Shown }) {
  return (
    <div className={styles['drawer']}>
      <div className={styles['strip']}>
        <Segmented
          name={modifiers.console.choose}
          choices={choices}
          value={shown}
          onChange={(open) => useDrawer.setState({ open })}
        />
        <span className={styles['space']} />
        <IconButton name={common.close} onClick={() => useDrawer.setState({ open: undefined })}>
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      {shown === 'problems' ? (
        <div className={styles['scroll']}>
          <ProblemList />
        </div>
      ) : (
        <ConsolePane key={row.id} row={row} />
      )}
    </div>
  )
}
