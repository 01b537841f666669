/**
 * What a modifier exports is what the engine takes, whether its types are written or not. Where they are not, they are
 * put into the text that TypeScript looks at; its user never sees them.
 */
import ts from 'typescript'

export type Insertion = { at: number; text: string }

/** What the engine calls them with, in order. */
const called: Record<string, readonly string[]> = { default: ['Chunks', 'Flow'], responseHead: ['Head', 'Flow'] }

/** Values it reads. */
const read: Record<string, string> = { match: 'Match', decode: 'boolean' }

/** In order of their places. */
export function missingTypes(source: ts.SourceFile): Insertion[] {
  const isScript = source.fileName.endsWith('.js')
  const typed = isScript ? jsType : tsType
  const parametersOf = (name: string, { parameters }: Callable): Insertion[] =>
    parameters.flatMap((parameter, index) => {
      const type = called[name]?.[index]
      const needs = type !== undefined && !parameter.type && !parameter.dotDotDotToken && !parameter.initializer
      return needs && !ts.getJSDocType(parameter) ? [typed(parameter, type)] : []
    })
  const callables = source.statements.flatMap((statement) => exported(statement))
  const made = callables.flatMap(([name, callable]) => [
    ...parametersOf(name, callable),
    ...(isScript ? [] : resultOf(name, callable)),
  ])
  const values = source.statements.flatMap((statement) => (isScript ? [] : valuesOf(statement)))
  return [...made, ...values].sort((a, b) => a.at - b.at)
}

type Callable = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction

const tsType = ({ name }: ts.ParameterDeclaration, type: string): Insertion => ({ at: name.end, text: `: ${type}` })
const jsType = ({ name }: ts.ParameterDeclaration, type: string): Insertion => ({
  at: name.getStart(),
  text: `/** @type {${type}} */ `,
})

/** So that a yield of something else than a chunk is marked where it is written. */
function resultOf(name: string, callable: Callable): Insertion[] {
  const close = callable.getChildren().find(({ kind }) => kind === ts.SyntaxKind.CloseParenToken)
  if (callable.type || !close || called[name] === undefined) return []
  const isAsync = callable.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false
  const isGenerator = callable.asteriskToken !== undefined
  const head = isGenerator ? undefined : isAsync ? 'Promise<HeadChoice>' : 'HeadChoice | Promise<HeadChoice>'
  const body = isGenerator ? (isAsync ? 'AsyncIterable<Chunk>' : 'Iterable<Chunk>') : 'ReturnType<Modifier>'
  // What an async function that is no generator gives is a promise, which the engine says better than a type.
  const type = name === 'responseHead' ? head : isAsync && !isGenerator ? undefined : body
  return type === undefined ? [] : [{ at: close.end, text: `: ${type}` }]
}

function valuesOf(statement: ts.Statement): Insertion[] {
  if (!ts.isVariableStatement(statement) || !isExported(statement)) return []
  return statement.declarationList.declarations.flatMap(({ name, type, initializer }) => {
    const known = ts.isIdentifier(name) ? read[name.text] : undefined
    return known === undefined || type || !initializer ? [] : [{ at: name.end, text: `: ${known}` }]
  })
}

const modifiersOf = (statement: ts.Statement): readonly ts.Modifier[] =>
  (ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined) ?? []

const isExported = (statement: ts.Statement): boolean =>
  modifiersOf(statement).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

/** Functions the statement exports, by the names they are exported by. */
function exported(statement: ts.Statement): [name: string, callable: Callable][] {
  if (ts.isExportAssignment(statement)) {
    const value = unwrapped(statement.expression)
    return isCallable(value) ? [['default', value]] : []
  }
  if (!isExported(statement)) return []
  if (ts.isFunctionDeclaration(statement)) {
    const isDefault = modifiersOf(statement).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
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
