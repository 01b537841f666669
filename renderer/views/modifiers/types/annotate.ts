/**
 * Parameters of what a modifier exports are what the engine calls it with, whether their types are written or not. Where
 * they are not, the types are put into the text that TypeScript looks at; its user never sees them.
 */
import ts from 'typescript'

export type Insertion = { at: number; text: string }

/** What the engine calls them with, in order. */
const called: Record<string, readonly string[]> = {
  default: ['AsyncIterable<Uint8Array>', 'Flow'],
  responseHead: ['Head', 'Flow'],
}

/** In order of their places. */
export function missingTypes(source: ts.SourceFile): Insertion[] {
  const typed = source.fileName.endsWith('.js') ? jsType : tsType
  return source.statements.flatMap((statement) =>
    exported(statement).flatMap(([name, { parameters }]) =>
      parameters.flatMap((parameter, index) => {
        const type = called[name]?.[index]
        const needs = type !== undefined && !parameter.type && !parameter.dotDotDotToken && !parameter.initializer
        return needs && !ts.getJSDocType(parameter) ? [typed(parameter, type)] : []
      }),
    ),
  )
}

type Callable = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction

const tsType = ({ name }: ts.ParameterDeclaration, type: string): Insertion => ({ at: name.end, text: `: ${type}` })
const jsType = ({ name }: ts.ParameterDeclaration, type: string): Insertion => ({
  at: name.getStart(),
  text: `/** @type {${type}} */ `,
})

/** Functions the statement exports, by the names they are exported by. */
function exported(statement: ts.Statement): [name: string, callable: Callable][] {
  if (ts.isExportAssignment(statement)) {
    const value = unwrapped(statement.expression)
    return isCallable(value) ? [['default', value]] : []
  }
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined
  if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return []
  if (ts.isFunctionDeclaration(statement)) {
    const isDefault = modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
    // A parameter without a closing parenthesis yet is not to be touched.
    if (hasHole(statement)) return []
    return [[isDefault ? 'default' : (statement.name?.text ?? ''), statement]]
  }
  if (!ts.isVariableStatement(statement)) return []
  return statement.declarationList.declarations.flatMap(({ name, type, initializer }): [string, Callable][] => {
    const value = initializer && unwrapped(initializer)
    return !type && value && isCallable(value) && ts.isIdentifier(name) ? [[name.text, value]] : []
  })
}

const unwrapped = (expression: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(expression) ? unwrapped(expression.expression) : expression

const isCallable = (node: ts.Expression): node is ts.FunctionExpression | ts.ArrowFunction =>
  (ts.isFunctionExpression(node) || ts.isArrowFunction(node)) && !hasHole(node)

/** `(chunks` and `x => …`: without both parentheses a type cannot stand there. */
function hasHole(node: Callable): boolean {
  const source = node.getSourceFile()
  const kinds = new Set(node.getChildren(source).map(({ kind }) => kind))
  return !kinds.has(ts.SyntaxKind.OpenParenToken) || !kinds.has(ts.SyntaxKind.CloseParenToken)
}

/** The text with the insertions made, and places in the one and in the other. */
export class Annotated {
  readonly original: string
  readonly text: string
  readonly #insertions: readonly Insertion[]

  constructor(text: string, insertions: readonly Insertion[]) {
    this.original = text
    let made = ''
    let done = 0
    for (const { at, text: inserted } of insertions) {
      made += text.slice(done, at) + inserted
      done = at
    }
    this.text = made + text.slice(done)
    this.#insertions = insertions
  }

  /** From the user's text to ours. */
  there(place: number): number {
    let moved = place
    for (const { at, text } of this.#insertions) if (at < place) moved += text.length
    return moved
  }

  /** From ours to the user's; inside of an insertion: where it stands. */
  back(place: number): number {
    let left = place
    for (const { at, text } of this.#insertions) {
      if (left <= at) break
      left = Math.max(at, left - text.length)
    }
    return left
  }
}
