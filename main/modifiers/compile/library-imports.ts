import ts from 'typescript'
import { suggestion } from '../../model/suggestion.ts'
import { libraryNames, libraryTypes } from '../library/names.ts'

/** What a modifier may not say, with the place. */
export type Refusal = { message: string; at: number }

const byName = "its functions come by name, as in: import { lines } from 'spillway'"

/**
 * Names that an import or export from 'spillway' takes and the library does not have. They would be undefined, which
 * nobody sees before a flow fails.
 */
export function wrongNames(node: ts.Node, file: ts.SourceFile): Refusal[] {
  const imported = ts.isImportDeclaration(node) ? node.importClause : undefined
  const bindings = ts.isExportDeclaration(node) ? node.exportClause : imported?.namedBindings
  const refused: Refusal[] = []
  const whole = imported?.name
  if (whole) refused.push({ message: `'spillway' has no default export; ${byName}`, at: whole.getStart(file) })
  if (!bindings || ts.isNamespaceImport(bindings) || ts.isNamespaceExport(bindings)) return refused
  for (const { isTypeOnly, name, propertyName = name } of bindings.elements) {
    const { text } = propertyName
    if (isTypeOnly || libraryNames.includes(text) || libraryTypes.includes(text)) continue
    const message =
      text === 'default'
        ? `'spillway' has no default export; ${byName}`
        : `'spillway' has no "${text}"${suggestion(text, libraryNames) || `; it has ${libraryNames.join(', ')}`}`
    refused.push({ message, at: propertyName.getStart(file) })
  }
  return refused
}
