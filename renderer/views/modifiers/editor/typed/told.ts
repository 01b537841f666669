/** A type with its docstring, as an element. Text only: nothing of it is markup. */
import type { Prose, Word } from '../../types/protocol.ts'

type Told = { words: readonly Word[]; prose: readonly Prose[] }

export function toldElement({ words, prose }: Told): HTMLElement {
  const element = document.createElement('div')
  if (words.length > 0) {
    const type = part(element)
    type.append(wordsElement(words))
  }
  if (prose.length > 0) part(element).append(...prose.map(proseElement))
  return element
}

export function part(parent: HTMLElement): HTMLElement {
  const element = document.createElement('div')
  element.className = 'cm-told'
  parent.append(element)
  return element
}

export function wordsElement(words: readonly Word[], name: 'code' | 'b' = 'code'): HTMLElement {
  const element = document.createElement(name)
  for (const { text, kind } of words) {
    const word = document.createElement('span')
    word.className = `cm-word-${kind}`
    word.textContent = text
    element.append(word)
  }
  return element
}

export function proseElement({ text, code }: Prose): HTMLElement {
  const element = document.createElement(code ? 'pre' : 'p')
  if (code) element.textContent = text
  else element.append(...proseParts(text).map(partElement))
  return element
}

type Part = { text: string; isCode: boolean }

/** Docstrings have code between backticks; one that is not closed is a backtick. */
export function proseParts(text: string): Part[] {
  return text.split(/(`[^`\n]+`)/).flatMap((part) => {
    const isCode = part.length > 2 && part.startsWith('`') && part.endsWith('`')
    return part === '' ? [] : [{ text: isCode ? part.slice(1, -1) : part, isCode }]
  })
}

function partElement({ text, isCode }: Part): Node {
  if (!isCode) return document.createTextNode(text)
  const element = document.createElement('code')
  element.textContent = text
  return element
}
