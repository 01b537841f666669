/** The editor on the page: it shows one file's state, and gives it back with every change. */
import { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import type { Jump } from '../../../store/opened.ts'
import { files } from '../open-files.ts'
import styles from './editor.module.css'
import { setMarks, sameMarks, type Mark } from './marks.ts'
import { focusEditor, goToLine, hide, lookAt, show } from './shown.ts'

type Props = { id: string; marks: readonly Mark[]; jump: Jump | undefined }

/** Give it the id as its key. */
export function CodeBox({ id, marks, jump }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)

  useEffect(() => {
    const file = files.get(id)
    if (!file || !box.current) return
    const editor = new EditorView({
      parent: box.current,
      state: file.state,
      ...(file.scroll && { scrollTo: file.scroll }),
      dispatchTransactions: (transactions, shown) => {
        shown.update(transactions)
        files.changed(id, shown.state)
        lookAt(shown.state, transactions)
      },
    })
    view.current = editor
    const release = files.shownBy(id, editor)
    show(editor)
    return () => {
      release()
      files.scrolled(id, editor.scrollSnapshot())
      hide(editor)
      view.current = undefined
      editor.destroy()
    }
  }, [id])

  useEffect(() => {
    const editor = view.current
    if (editor && !sameMarks(editor.state, marks)) editor.dispatch({ effects: setMarks.of(marks) })
  }, [id, marks])

  useEffect(() => {
    if (jump === 'focus') focusEditor()
    else if (jump) goToLine(jump.line, jump.column)
  }, [id, jump])

  return <div ref={box} className={styles['box']} />
}
