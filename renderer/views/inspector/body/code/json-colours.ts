/**
 * The colours of laid-out JSON. No value in it is broken over lines, so each line is read by itself, and only those in
 * sight: a parser of the whole would hold up the window while a large body is opened.
 */
import { RangeSetBuilder } from '@codemirror/state'
import { Decoration, EditorView, ViewPlugin, type DecorationSet, type ViewUpdate } from '@codemirror/view'

const tokens = /("(?:[^"\\]|\\.)*"?)(:?)|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g

const marks = {
  key: Decoration.mark({ class: 'cm-json-key' }),
  text: Decoration.mark({ class: 'cm-json-text' }),
  number: Decoration.mark({ class: 'cm-json-number' }),
  word: Decoration.mark({ class: 'cm-json-word' }),
}

function coloured(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  const { doc } = view.state
  let done = -1
  for (const { from, to } of view.visibleRanges) {
    for (let line = doc.lineAt(from); ; line = doc.line(line.number + 1)) {
      if (line.from > done) colourLine(line.text, line.from, builder)
      done = line.from
      if (line.to >= to || line.number === doc.lines) break
    }
  }
  return builder.finish()
}

function colourLine(text: string, from: number, builder: RangeSetBuilder<Decoration>): void {
  for (const match of text.matchAll(tokens)) {
    const [, string, colon, number] = match
    const mark =
      string === undefined ? (number === undefined ? marks.word : marks.number) : colon ? marks.key : marks.text
    const length = string === undefined ? match[0].length : string.length
    builder.add(from + match.index, from + match.index + length, mark)
  }
}

class Colours {
  decorations: DecorationSet
  constructor(view: EditorView) {
    this.decorations = coloured(view)
  }
  update({ view, docChanged, viewportChanged }: ViewUpdate): void {
    if (docChanged || viewportChanged) this.decorations = coloured(view)
  }
}

export const jsonColours = [
  ViewPlugin.fromClass(Colours, { decorations: ({ decorations }) => decorations }),
  EditorView.theme({
    '.cm-json-key': { color: 'var(--accent)' },
    '.cm-json-text': { color: 'var(--ok)' },
    '.cm-json-number': { color: 'var(--redirect)' },
    '.cm-json-word': { color: 'var(--held)' },
  }),
]
