import ts from 'typescript'
import { wrongNames, type Refusal } from './library-imports.ts'

/** Words of the language by which a modifier would reach beyond itself, told before it is run, with a way out. */
export function refusals(file: ts.SourceFile): Refusal[] {
  const found: Refusal[] = []
  const refuse = (node: ts.Node, message: string): void => {
    found.push({ message, at: node.getStart(file) })
  }
  const visit = (node: ts.Node): void => {
    if (isTypeOnly(node)) return
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      refuse(node, "a modifier cannot load code with import(); the library comes by: import { lines } from 'spillway'")
    else if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
      refuse(node, 'import.meta is not there in a modifier')
    else if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'eval')
      refuse(node, 'a modifier cannot use eval')
    else if (ts.isAwaitExpression(node) && !withinFunction(node))
      refuse(node, 'a modifier cannot await outside of its functions')
    else if (ts.isForOfStatement(node) && node.awaitModifier && !withinFunction(node))
      refuse(node, 'a modifier cannot await outside of its functions')
    else {
      const from = importedFrom(node)
      if (from && (!ts.isStringLiteral(from) || from.text !== 'spillway'))
        refuse(from, `a modifier can import from 'spillway' only, not from ${from.getText(file)}`)
      else if (from) found.push(...wrongNames(node, file))
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** Where the generator function is exported, else responseHead, else the file's first line. */
export function exportPlace(file: ts.SourceFile): number {
  let head: number | undefined
  for (const statement of file.statements) {
    if (ts.isExportAssignment(statement)) return statement.getStart(file)
    const flags = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined
    if (flags?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) return statement.getStart(file)
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      for (const { name } of statement.exportClause.elements) {
        if (name.text === 'default') return name.getStart(file)
        if (name.text === 'responseHead') head ??= name.getStart(file)
      }
    }
    if (!flags?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue
    const names = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name }) => name)
      : ts.isFunctionDeclaration(statement)
        ? [statement.name]
        : []
    if (names.some((name) => name && ts.isIdentifier(name) && name.text === 'responseHead'))
      head ??= statement.getStart(file)
  }
  return head ?? 0
}

function importedFrom(node: ts.Node): ts.Expression | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  return ts.isExternalModuleReference(node) ? node.expression : undefined
}

/** Gone when it is compiled. */
function isTypeOnly(node: ts.Node): boolean {
  if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
  return ts.isExportDeclaration(node) && node.isTypeOnly
}

function withinFunction(node: ts.Node): boolean {
  for (let at: ts.Node = node; !ts.isSourceFile(at); at = at.parent) if (ts.isFunctionLike(at)) return true
  return false
}
