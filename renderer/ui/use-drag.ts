/** Dragging a line of the list by its handle; the list is only changed when it is let go. */
import { useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent, type RefObject } from 'react'
import { classes } from './classes.ts'
import styles from './drag.module.css'
import { dropIndex } from './drop-index.ts'

/** `to`: the line at which it would fall, `side` of it; `by`: how far the dragged one is from its place, in pixels. */
type DragState = { from: number; to: number; by: number; side: 'before' | 'after' }

export type Drag = {
  /** How a line of this index looks meanwhile. */
  look: (index: number) => { className: string; style: CSSProperties | undefined }
  handle: (index: number) => {
    onPointerDown: (event: PointerEvent<HTMLElement>) => void
    onPointerMove: (event: PointerEvent<HTMLElement>) => void
    onPointerUp: () => void
    onPointerCancel: () => void
    onKeyDown: (event: KeyboardEvent) => void
  }
}

type Start = { from: number; y: number; middles: number[] }

export function useDrag(
  list: RefObject<HTMLElement | null>,
  drop: (from: number, to: number, act: string) => void,
): Drag {
  const [state, setState] = useState<DragState>()
  const start = useRef<Start | undefined>(undefined)
  const stop = (): void => {
    start.current = undefined
    setState(undefined)
  }
  return {
    look: (index) => lookOf(state, index),
    handle: (index) => ({
      onPointerDown: (event) => {
        if (event.button !== 0 || !list.current) return
        event.currentTarget.setPointerCapture(event.pointerId)
        const middles = [...list.current.children].map((line) => {
          const { top, height } = line.getBoundingClientRect()
          return top + height / 2
        })
        start.current = { from: index, y: event.clientY, middles }
      },
      onPointerMove: (event) => {
        const begun = start.current
        if (!begun) return
        const to = dropIndex(begun.middles, begun.from, event.clientY)
        const side = to > begun.from ? 'after' : 'before'
        setState({ from: begun.from, to, by: event.clientY - begun.y, side })
      },
      onPointerUp: () => {
        if (state && state.to !== state.from) drop(state.from, state.to, 'drag')
        stop()
      },
      onPointerCancel: stop,
      onKeyDown: (event) => {
        if (event.key === 'Escape' && start.current) stop()
      },
    }),
  }
}

function lookOf(state: DragState | undefined, index: number): ReturnType<Drag['look']> {
  if (state?.from === index) {
    return { className: classes(styles['dragged']), style: { transform: `translateY(${state.by}px)` } }
  }
  return { className: classes(state?.to === index && styles[state.side]), style: undefined }
}
