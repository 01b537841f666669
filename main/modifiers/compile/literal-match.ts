import ts from 'typescript'
import type { ModifierMatch } from '../../model/modifier.ts'

const fields = ['host', 'path', 'method', 'type', 'status'] as const

/**
 * What the file's `match` will be, read without running anything; undefined: that cannot be known, because it is not
 * written down as it is. Without a `match` it is empty.
 */
export function literalMatch(file: ts.SourceFile): ModifierMatch | undefined {
  let found: ModifierMatch | undefined = {}
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement)) {
      if (!statement.exportClause) return undefined
      if (ts.isNamedExports(statement.exportClause))
        if (statement.exportClause.elements.some(({ name }) => name.text === 'match')) return undefined
    }
    if (!isExported(statement)) continue
    if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name?.text === 'match')
      return undefined
    if (!ts.isVariableStatement(statement)) continue
    const isConst = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name)) return undefined
      if (name.text === 'match') found = isConst && initializer ? matchIn(bare(initializer)) : undefined
    }
  }
  return found
}

const isExported = (statement: ts.Statement): boolean =>
  (ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined)?.some(
    ({ kind }) => kind === ts.SyntaxKind.ExportKeyword,
  ) ?? false

/** Without what TypeScript takes away. */
function bare(node: ts.Expression): ts.Expression {
  const isWrapped = ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)
  return isWrapped ? bare(node.expression) : node
}

function matchIn(node: ts.Expression): ModifierMatch | undefined {
  if (!ts.isObjectLiteralExpression(node)) return undefined
  const match: ModifierMatch = {}
  for (const property of node.properties) {
    if (!ts.isPropertyAssignment(property)) return undefined
    const { name } = property
    const field =
      ts.isIdentifier(name) || ts.isStringLiteral(name) ? fields.find((one) => one === name.text) : undefined
    const value = bare(property.initializer)
    const isText = ts.isStringLiteralLike(value) || (field === 'status' && ts.isNumericLiteral(value))
    if (!field || !isText) return undefined
    match[field] = value.text
  }
  return match
}
