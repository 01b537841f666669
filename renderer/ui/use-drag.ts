/** Dragging a line of the list by its handle; the list is only changed when it is let go. */
import { useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent, type RefObject } from 'react'
import styles from './drag.module.css'
import { dropIndex, evasion } from './drop-index.ts'

/** `to`: where it would fall; `by`: how far it is from its place, and `height`, in pixels. */
type DragState = { from: number; to: number; by: number; height: number }

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

/** `least` and `most`: how far it can go without leaving the list, whose box would cut it off. */
type Start = { from: number; y: number; middles: number[]; least: number; most: number; height: number }

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
        const boxes = [...list.current.children].map((line) => line.getBoundingClientRect())
        const middles = boxes.map(({ top, height }) => top + height / 2)
        const [own, first, last] = [boxes[index], boxes[0], boxes.at(-1)]
        if (!own || !first || !last) return
        const [least, most] = [first.top - own.top, last.bottom - own.bottom]
        start.current = { from: index, y: event.clientY, middles, least, most, height: own.height }
      },
      onPointerMove: (event) => {
        const begun = start.current
        if (!begun) return
        const to = dropIndex(begun.middles, begun.from, event.clientY)
        const by = Math.max(begun.least, Math.min(begun.most, event.clientY - begun.y))
        setState({ from: begun.from, to, by, height: begun.height })
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
  if (!state) return { className: '', style: undefined }
  const isDragged = state.from === index
  const by = isDragged ? state.by : evasion(state, index)
  return {
    className: styles[isDragged ? 'dragged' : 'other'] ?? '',
    style: by === 0 ? undefined : { transform: `translateY(${by}px)` },
  }
}
