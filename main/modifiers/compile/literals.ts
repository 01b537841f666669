/**
 * Makes emitted JavaScript acceptable to the compartment's evaluator, which refuses any text that looks like an HTML
 * comment or a dynamic import, wherever it stands. In code such text does not survive the emitter or is refused before;
 * in literals it is written with an escape here, so that their value stays what it was:
 *
 * - strings and templates have exactly the same value;
 * - regular expressions match exactly the same, but their `source` shows the escape;
 * - tagged templates with such text become calls with the same strings, cooked and raw, the same ones at each call.
 *
 * Lines stay where they are: an edit changes columns of its own line only.
 */
import ts from 'typescript'

/** `text` takes the place of what is there from `from` to `to`. In order, and none within another. */
export type Edit = { from: number; to: number; text: string }

/** A character of each text that the evaluator refuses; such texts may overlap. */
const refused = /<(?=!--)|(?<=--)>|\bi(?=mport\s*(?:\(|\/[/*]))/g

/** The name by which compiled code asks for the strings of a tagged template: with the strings, at the first time. */
export const templateName = '__spillwayTemplate'

/** What has to be written otherwise in the literals of compiled JavaScript; in their order. */
export function literalEdits(code: string): Edit[] {
  const file = ts.createSourceFile('compiled.js', code, ts.ScriptTarget.ES2024, true, ts.ScriptKind.JS)
  const edits: Edit[] = []
  let templates = 0
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && needsEdit(node.template.getText(file))) {
      tagged(node, file, templates++, edits)
      visit(node.tag)
      if (ts.isTemplateExpression(node.template))
        node.template.templateSpans.forEach(({ expression }) => visit(expression))
      return
    }
    if (isLiteral(node)) {
      const from = node.getStart(file)
      const raw = code.slice(from, node.end)
      const text = ts.isRegularExpressionLiteral(node) ? escapeRegExp(raw) : escapeText(raw)
      if (text !== raw) edits.push({ from, to: node.end, text })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return edits.sort((a, b) => a.from - b.from)
}

/** Comments that the emitter keeps all the same, the line of a Unix interpreter among them, are blanked. */
export function commentEdits(code: string): Edit[] {
  const file = ts.createSourceFile('compiled.js', code, ts.ScriptTarget.ES2024, true, ts.ScriptKind.JS)
  const edits: Edit[] = []
  const blank = (from: number, to: number): void => {
    edits.push({ from, to, text: code.slice(from, to).replace(/[^\n\r\u2028\u2029]/g, ' ') })
  }
  const interpreter = ts.getShebang(code)
  if (interpreter !== undefined) blank(0, interpreter.length)
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file)
    if (children.length > 0) children.forEach(visit)
    else {
      // What stands before a token, beginning right behind the one before it.
      const ranges = [
        ...(ts.getTrailingCommentRanges(code, node.pos) ?? []),
        ...(ts.getLeadingCommentRanges(code, node.pos) ?? []),
      ]
      for (const { pos, end } of ranges) if (end <= node.getStart(file)) blank(pos, end)
    }
  }
  visit(file)
  return edits.sort((a, b) => a.from - b.from).filter(({ from }, index, all) => from !== all[index - 1]?.from)
}

/** `edits`: in their order, and apart. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let at = 0
  let result = ''
  for (const edit of edits) {
    result += text.slice(at, edit.from) + edit.text
    at = edit.to
  }
  return result + text.slice(at)
}

function isLiteral(node: ts.Node): boolean {
  return ts.isStringLiteral(node) || ts.isRegularExpressionLiteral(node) || ts.isTemplateLiteralToken(node)
}

function needsEdit(text: string): boolean {
  refused.lastIndex = 0
  return refused.test(text)
}

/** A string or template literal, or a part of one, as it is written. */
function escapeText(raw: string): string {
  return raw.replace(refused, (character, at: number) => escape(raw, at, character))
}

function escapeRegExp(raw: string): string {
  // The "less than" of a lookbehind is not a character to match: the first dash behind it is.
  const isLookbehind = (at: number): boolean =>
    raw.startsWith('(?<!--', at - 2) && !escaped(raw, at - 2) && !inClass(raw, at)
  const rest = raw.replace(refused, (character, at: number) =>
    isLookbehind(at) ? character : escape(raw, at, character),
  )
  return rest.replaceAll('<!--', '<!\\x2d-')
}

/** Where a backslash belongs to the character already, it needs no other. */
function escape(raw: string, at: number, character: string): string {
  const code = `x${character.charCodeAt(0).toString(16)}`
  return escaped(raw, at) ? code : `\\${code}`
}

function escaped(raw: string, at: number): boolean {
  let backslashes = 0
  while (raw[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

function inClass(raw: string, end: number): boolean {
  const nested = /\/[a-z]*v[a-z]*$/.test(raw)
  let depth = 0
  for (let at = 1; at < end; at++) {
    if (raw[at] === '\\') at++
    else if (raw[at] === '[' && (depth === 0 || nested)) depth++
    else if (raw[at] === ']' && depth > 0) depth--
  }
  return depth > 0
}

function tagged(node: ts.TaggedTemplateExpression, file: ts.SourceFile, index: number, edits: Edit[]): void {
  const { template } = node
  const parts = ts.isTemplateExpression(template)
    ? [template.head, ...template.templateSpans.map(({ literal }) => literal)]
    : [template]
  const raws = parts.map((part) => rawOf(part, file))
  const cooked = parts.map((part, at) => (invalidEscape.test(raws[at] ?? '') ? 'undefined' : quoted(part.text)))
  const strings = `${templateName}(${index}, [${cooked.join(', ')}], [${raws.map(quoted).join(', ')}])`
  edits.push({ from: node.getStart(file), to: node.getStart(file), text: '(' })
  parts.forEach((part, at) => {
    const from = part.getStart(file)
    const breaks = file.text.slice(from, part.end).replace(/[^\n]/g, '')
    const before = at === 0 ? `(${strings}` : ')'
    const after = at === parts.length - 1 ? '))' : ', ('
    edits.push({ from, to: part.end, text: before + breaks + after })
  })
}

/** ECMA-262, TemplateCharacter: an escape that is none makes the cooked string undefined. */
const invalidEscape =
  /(?<!\\)(?:\\\\)*\\(?:x(?![\da-f]{2})|u(?![\da-f]{4}|\{0*(?:[\da-f]{1,5}|10[\da-f]{4})\})|0\d|[1-9])/i

/** Between its delimiters, with line ends as the language normalises them. */
function rawOf(part: ts.Node, file: ts.SourceFile): string {
  const text = part.getText(file)
  const end = text.endsWith('${') ? 2 : 1
  return text.slice(1, -end).replace(/\r\n?/g, '\n')
}

const quoted = (text: string): string => escapeText(JSON.stringify(text))
