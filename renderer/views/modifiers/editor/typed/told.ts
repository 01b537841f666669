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
  element.textContent = text
  return element
}
