import type { ClipboardEvent } from 'react'

/** A line that is broken into rows is copied as the line it is. */
export function copyRows(event: ClipboardEvent): void {
  const selection = document.getSelection()
  if (!selection || selection.isCollapsed) return
  const rows = [...selection.getRangeAt(0).cloneContents().querySelectorAll<HTMLElement>(':scope > div')]
  if (rows.length < 2) return
  const text = rows.map(({ textContent, dataset }, index) =>
    index > 0 && dataset['begins'] !== undefined ? `\n${textContent}` : textContent,
  )
  event.clipboardData.setData('text/plain', text.join(''))
  event.preventDefault()
}
