/** Text of any size: what is near is there, the rest is loaded when it is scrolled to, and forgotten behind. */
import { memo, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { inspector } from '../../../texts/inspector.ts'
import { charsetOf } from '../reading/charset.ts'
import { VisibleText } from '../shown/visible-text.tsx'
import { readPage, type Body } from './pages/body-bytes.ts'
import styles from './body.module.css'
import { TextPages } from './pages/text-pages.ts'

/** How far beyond what is seen pages are made ready. */
const margin = '1500px 0px'

export function PagedText({ body }: { body: Body }) {
  const charset = charsetOf(body.contentType, body.first)
  const [pages] = useState(
    () => new TextPages(body.total, charset.encoding, (offset, signal) => readPage(body, offset, signal)),
  )
  useSyncExternalStore(pages.subscribe, () => pages.version)
  useEffect(() => () => pages.close(), [pages])
  const box = useRef<HTMLDivElement>(null)
  const [watch, setWatch] = useState<Watch>()
  useEffect(() => {
    const made = watchPages(box.current, (index) => pages.want(index))
    // The observer needs the element that scrolls, which is there only now.
    setWatch(made)
    return () => made.stop()
  }, [pages])
  return (
    <>
      {charset.problem !== undefined && <p className={styles['warning']}>{charset.problem}</p>}
      {pages.fault !== undefined && <p className={styles['warning']}>{`${inspector.body.notLoaded} ${pages.fault}`}</p>}
      <div ref={box} className={styles['scroll']} tabIndex={0} role="region" aria-label={inspector.body.region}>
        {watch !== undefined &&
          Array.from({ length: pages.known }, (_, index) => (
            <Page key={index} index={index} text={pages.text(index)} watch={watch} />
          ))}
      </div>
    </>
  )
}

type Watch = { add(element: HTMLElement, index: number): () => void; heightOf(index: number): number; stop(): void }

/** Tells which pages come near, and remembers how tall they were. */
function watchPages(root: HTMLElement | null, near: (index: number) => void): Watch {
  const indexes = new WeakMap<Element, number>()
  const heights = new Map<number, number>()
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting, boundingClientRect } of entries) {
        const index = indexes.get(target) ?? 0
        if (target.firstChild) heights.set(index, boundingClientRect.height)
        if (isIntersecting) near(index)
      }
    },
    { root, rootMargin: margin },
  )
  return {
    add(element, index) {
      indexes.set(element, index)
      observer.observe(element)
      return () => observer.unobserve(element)
    },
    heightOf: (index) => heights.get(index) ?? 400,
    stop: () => observer.disconnect(),
  }
}

type PageProps = { index: number; text: string | undefined; watch: Watch }

const Page = memo(function Page({ index, text, watch }: PageProps) {
  const missing = text === undefined
  const ref = useCallback(
    (element: HTMLElement | null) => (element ? watch.add(element, index) : undefined),
    // Observed anew when the text comes or goes: it tells its new height, and asks again if it is still near.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [watch, index, missing],
  )
  if (missing) return <div ref={ref} style={{ height: watch.heightOf(index) }} />
  return (
    <pre ref={ref} className={styles['page']}>
      <VisibleText text={text} lines />
    </pre>
  )
})
