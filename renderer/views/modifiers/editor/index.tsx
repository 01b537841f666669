/** The open modifier: its name and state, what it runs on, its code, and how it does. */
import { Play, Save, Search, TextQuote } from 'lucide-react'
import { useEffect } from 'react'
import { Group, Panel, Separator } from 'react-resizable-panels'
import type { ModifierRow } from '../../../../app/contract/modifiers.ts'
import { useOpened } from '../../../store/opened.ts'
import { keys } from '../../../texts/common.ts'
import { modifiers } from '../../../texts/modifiers.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Tag, type Tone } from '../../../ui/tag.tsx'
import { Drawer, useDrawer } from '../live/drawer.tsx'
import { Footer } from '../live/footer.tsx'
import { files, useFacts } from '../open-files.ts'
import { Bars } from './bars.tsx'
import { hintId } from './code.ts'
import { CodeBox } from './code-box.tsx'
import styles from './editor.module.css'
import { MatchStrip } from './match-strip.tsx'
import { save } from './save.ts'
import { find, format } from './shown.ts'
import { useMarks } from './use-marks.ts'

const texts = modifiers.editor

type Props = { row: ModifierRow; dryRun: () => void }

export function Editor({ row, dryRun }: Props) {
  const { id, name } = row
  const facts = useFacts(id)
  const drawer = useDrawer((held) => held.open)
  const marks = useMarks(row, facts)
  const jump = useOpened((held) => held.jump)
  const { changedAt } = row
  const isKnown = facts !== undefined
  useEffect(() => {
    if (!isKnown) void files.open({ id, name, changedAt })
  }, [isKnown, id, name, changedAt])
  const busy = facts?.saving ?? false
  return (
    <section className={styles['editor']} aria-label={name}>
      <header className={styles['top']}>
        <h2 title={row.file}>{name}</h2>
        <Status row={row} />
        {facts?.unsaved && <span className={styles['unsaved']}>{texts.unsaved}</span>}
        <span className={styles['space']} />
        <IconButton name={texts.find} keys={`${keys.command} F`} onClick={find}>
          <Search size={14} aria-hidden />
        </IconButton>
        <IconButton name={texts.format} keys="Shift Alt F" onClick={() => void format()}>
          <TextQuote size={14} aria-hidden />
        </IconButton>
        <Button onClick={dryRun} title={`${keys.command} Enter`}>
          <Play size={13} aria-hidden /> {texts.dryRun}
        </Button>
        <Button
          look="primary"
          disabled={busy || facts?.changedOutside === true || facts?.missing === 'unreadable' || !facts?.unsaved}
          title={`${keys.command} S`}
          onClick={() => void save(id)}
        >
          <Save size={13} aria-hidden /> {busy ? texts.saving : texts.save}
        </Button>
      </header>
      <MatchStrip key={id} row={row} />
      <Bars row={row} />
      <Group orientation="vertical" className={styles['panes']}>
        <Panel id="code" minSize={80} className={styles['pane']}>
          {facts?.status === 'ready' ? (
            <>
              <CodeBox key={id} id={id} marks={marks} jump={jump} />
              <p id={hintId} className={styles['hint']}>
                {texts.keysHint}
              </p>
            </>
          ) : (
            facts?.status === 'failed' && (
              <div className={styles['gone']}>
                <p>
                  {texts.failed} {facts.fault?.message}
                </p>
                <Button onClick={() => void files.again(row)}>{texts.retry}</Button>
              </div>
            )
          )}
        </Panel>
        {drawer !== undefined && (
          <>
            <Separator className={styles['separator']} aria-label={modifiers.separators.console} />
            <Panel id="drawer" defaultSize="30%" minSize={80} className={styles['pane']}>
              <Drawer row={row} shown={drawer} />
            </Panel>
          </>
        )}
      </Group>
      <Footer row={row} />
    </section>
  )
}

/** `kept`: what is applied is not what is on disk. */
type Shown = ModifierRow['status'] | 'kept'

const tones: Record<Shown, Tone> = {
  off: 'plain',
  kept: 'buffered',
  loading: 'buffered',
  applied: 'streamed',
  broken: 'problem',
  killed: 'problem',
}

function Status({ row: { status, stats, problem } }: { row: ModifierRow }) {
  const { status: words } = modifiers
  const shown: Shown = status === 'applied' && problem ? 'kept' : status
  return (
    <>
      <span className={styles['status']}>
        <Tag tone={tones[shown]} title={words.help[shown]}>
          {words[shown]}
        </Tag>
      </span>
      {status === 'applied' && <span className={styles['runs']}>{words.runsNow(stats.running)}</span>}
    </>
  )
}
