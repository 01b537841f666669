/** The messages of a WebSocket: a list that lives, and beside it the one that is chosen. */
import { Search } from 'lucide-react'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { findLetters, type MessageRow } from '../../../../app/contract/messages.ts'
import { countText } from '../../../texts/amounts.ts'
import { inspector } from '../../../texts/inspector.ts'
import { messages as texts } from '../../../texts/messages.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import bodyStyles from '../body/body.module.css'
import { FindBar, never } from '../body/find/find-bar.tsx'
import { isRunning } from '../delivery/explain.ts'
import { FindHereContext, useFindHere } from '../find-here.ts'
import { SettingLink } from '../shown/setting-link.tsx'
import { Loading, StateMessage } from '../shown/state-message.tsx'
import { MessageDetail } from './message-detail.tsx'
import { MessageTable } from './message-table.tsx'
import styles from './messages.module.css'
import { remarksOn } from './states.ts'
import { useFind, type MessageFind } from './use-find.ts'
import { useMessages } from './use-messages.ts'

const directions = (['all', 'sent', 'received'] as const).map((value) => ({
  value,
  label: texts.filter.directions[value],
}))
const kinds = (['all', 'text', 'binary', 'control'] as const).map((value) => ({
  value,
  label: texts.filter.kinds[value],
}))

type Direction = (typeof directions)[number]['value']
type Kind = (typeof kinds)[number]['value']

export function MessagesTab({ flow }: { flow: FlowDetail }) {
  const [direction, setDirection] = useState<Direction>('all')
  const [kind, setKind] = useState<Kind>('all')
  const [chosen, setChosen] = useState<number>()
  const [atEnd, setAtEnd] = useState(true)
  const [jumps, setJumps] = useState(0)
  const tab = useRef<HTMLDivElement>(null)
  const isFiltered = direction !== 'all' || kind !== 'all'
  const filter = { ...(direction !== 'all' && { direction }), ...(kind !== 'all' && { kind }) }
  const list = useMessages(flow.id, filter)
  const find = useFind({ id: flow.id, filter, list, chosen, show: setChosen })
  useFindHere(find.ask)
  const running = isRunning(flow.state)
  const { total, fault } = list
  const { sent = 0, received = 0, control = 0 } = flow.messages ?? {}
  const all = Math.max(sent + received + control, total ?? 0)
  // What is at the place of the chosen one is another message now.
  const [moves, setMoves] = useState(list.moves)
  if (moves !== list.moves) {
    setMoves(list.moves)
    setChosen(undefined)
  }
  // It stays while its page of the list goes.
  const [held, setHeld] = useState<{ place: number; row: MessageRow }>()
  const there = chosen === undefined ? undefined : list.row(chosen)
  // Of one that is lost there is nothing more to show than its row says.
  const seen = there && 'lost' in there ? undefined : there
  if (chosen !== undefined && seen && held?.row !== seen) setHeld({ place: chosen, row: seen })
  const row = seen ?? (held?.place === chosen ? held?.row : undefined)
  const looked = useSyncExternalStore(find.found?.finder.subscribe ?? never, () => find.found?.finder.found.query ?? '')
  const sought = looked === '' ? undefined : looked
  const toList = (): void => tab.current?.querySelector<HTMLElement>('[role=grid]')?.focus()
  const close = (): void => {
    setChosen(undefined)
    toList()
  }
  return (
    <div ref={tab} className={styles['messages']}>
      <div className={bodyStyles['strip']}>
        <h3>
          {texts.title} <span>{texts.count(countText(total ?? 0), isFiltered ? countText(all) : undefined)}</span>
        </h3>
        <Segmented
          name={texts.filter.direction}
          choices={directions}
          value={direction}
          onChange={(next) => {
            setDirection(next)
            setChosen(undefined)
          }}
        />
        <Segmented
          name={texts.filter.kind}
          choices={kinds}
          value={kind}
          onChange={(next) => {
            setKind(next)
            setChosen(undefined)
          }}
        />
        <IconButton name={texts.find.open} keys={inspector.body.find.keys} onClick={find.ask}>
          <Search size={14} aria-hidden />
        </IconButton>
      </div>
      <FindInAll find={find} toList={toList} />
      <Remarks flow={flow} />
      {fault !== undefined && <p className={bodyStyles['warning']}>{`${texts.notLoaded} ${fault}`}</p>}
      {total === undefined ? (
        <First key={`${direction} ${kind}`} list={list} />
      ) : total === 0 ? (
        <Empty isFiltered={isFiltered && all > 0} running={running} lost={all > 0} />
      ) : (
        <div className={styles['listed']}>
          <MessageTable
            key={`${direction} ${kind}`}
            {...{ list, total, running, chosen, jumps }}
            choose={setChosen}
            onEnd={setAtEnd}
          />
          {running && (!atEnd || chosen !== undefined) && (
            <div className={styles['jump']}>
              <Button
                onClick={() => {
                  setChosen(undefined)
                  setJumps((count) => count + 1)
                }}
              >
                {texts.jump}
              </Button>
            </div>
          )}
        </div>
      )}
      {row && (
        <FindHereContext value={undefined}>
          <MessageDetail key={row.number} id={flow.id} row={row} close={close} sought={sought} />
        </FindHereContext>
      )}
    </div>
  )
}

function FindInAll({ find: { found, asked, close }, toList }: { find: MessageFind; toList: () => void }) {
  // Each part of the search may have missed some.
  const now = useSyncExternalStore(found?.finder.subscribe ?? never, () => found?.finder.found)
  if (asked === 0) return null
  const missed = found?.source.missed ?? 0
  return (
    <FindBar
      finder={found?.finder}
      asked={asked}
      name={texts.find.query}
      longest={findLetters}
      remark={now?.state !== 'searching' && missed > 0 ? texts.find.missed(missed) : undefined}
      close={() => {
        close()
        toList()
      }}
    />
  )
}

function Remarks({ flow }: { flow: FlowDetail }) {
  const { sentences, limited } = remarksOn(flow)
  return (
    <>
      {sentences.map((sentence) => (
        <p key={sentence} className={bodyStyles['warning']}>
          {sentence}
        </p>
      ))}
      {limited.map((sentence) => (
        <p key={sentence} className={bodyStyles['warning']}>
          {sentence} <SettingLink setting="bodyDisk" />
        </p>
      ))}
    </>
  )
}

/** The first page is asked for before there is a list to scroll. */
function First({ list }: { list: ReturnType<typeof useMessages> }) {
  useEffect(() => {
    list.want(0, 1)
  }, [list])
  return list.fault === undefined && <Loading text={inspector.loading} />
}

function Empty({ isFiltered, running, lost }: { isFiltered: boolean; running: boolean; lost: boolean }) {
  if (isFiltered) return <StateMessage {...texts.noMatch} />
  if (running) return <StateMessage {...texts.none} />
  return <StateMessage {...(lost ? texts.notListed : texts.never)} />
}
