/** TypeScript's language service over one modifier, the library and the language itself; runs in the worker. */
import ts from 'typescript'
import { Annotated, missingTypes } from './annotate.ts'
import type { Change, OfferDetails, Offers, Prose, Signature, Told, TypeProblem, Word } from './protocol.ts'

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ['lib.es2024.d.ts'],
  types: [],
  allowJs: true,
  checkJs: true,
  strict: true,
  // A quick sketch is not to be red for types that were not written.
  noImplicitAny: false,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
}

const preferences: ts.UserPreferences = {
  includeCompletionsForModuleExports: true,
  includeCompletionsWithInsertText: true,
  quotePreference: 'single',
}

const formatting: ts.FormatCodeSettings = {
  ...ts.getDefaultFormatCodeSettings('\n'),
  indentSize: 2,
  tabSize: 2,
  semicolons: ts.SemicolonPreference.Ignore,
  insertSpaceAfterFunctionKeywordForAnonymousFunctions: true,
}

const library = '/spillway.d.ts'

/** Answers are about the text given last. `libs`: the language's files by their names ("lib.es5.d.ts"). */
export class TypeService {
  readonly #files = new Map<string, string>()
  readonly #service: ts.LanguageService
  #path = '/modifier.ts'
  #text = new Annotated('', [])
  #version = 0

  constructor(libs: ReadonlyMap<string, string>, types: string) {
    for (const [name, text] of libs) this.#files.set(`/${name}`, text)
    this.#files.set(library, types)
    const files = this.#files
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [this.#path, library],
      getScriptVersion: (path) => (path === this.#path ? String(this.#version) : '1'),
      getScriptSnapshot: (path) => {
        const text = path === this.#path ? this.#text.text : files.get(path)
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
      },
      getCurrentDirectory: () => '/',
      getDefaultLibFileName: () => '/lib.es2024.d.ts',
      fileExists: (path) => path === this.#path || files.has(path),
      readFile: (path) => (path === this.#path ? this.#text.text : files.get(path)),
    })
  }

  /** `name`: the file's, whose ending tells the language. */
  give(name: string, text: string): void {
    this.#path = `/${/\.[cm]?jsx?$/.test(name) ? 'modifier.js' : 'modifier.ts'}`
    this.#version++
    const source = ts.createSourceFile(this.#path, text, ts.ScriptTarget.ES2024, true)
    this.#text = new Annotated(text, missingTypes(source))
  }

  problems(): TypeProblem[] {
    const found = [
      ...this.#service.getSyntacticDiagnostics(this.#path),
      ...this.#service.getSemanticDiagnostics(this.#path),
    ]
    return found.map(({ start = 0, length = 0, messageText, category, code }) => ({
      from: this.#text.back(start),
      to: this.#text.back(start + length),
      severity: severities[category],
      message: ts.flattenDiagnosticMessageText(messageText, '\n'),
      code,
    }))
  }

  /** `typed`: the last letter opened it; otherwise the user asked for it. */
  offers({ at, typed }: { at: number; typed: boolean }): Offers | undefined {
    const place = this.#text.there(at)
    const before = this.#text.text.slice(0, place)
    const word = /[\w$]*$/.exec(before)?.[0] ?? ''
    const dot = before.at(-1) === '.'
    if (typed && word === '' && !dot) return undefined
    const found = this.#service.getCompletionsAtPosition(
      this.#path,
      place,
      { ...preferences, ...(dot && { triggerCharacter: '.' }) },
      formatting,
    )
    if (!found) return undefined
    const offers = found.entries
      .filter(({ kind }) => kind !== ts.ScriptElementKind.warning)
      .map(({ name, insertText, kind, sortText, source }) => ({
        name,
        insert: insertText,
        kind,
        sort: sortText,
        module: source,
      }))
    return { from: this.#text.back(place - word.length), offers }
  }

  details({ at, name, module }: { at: number; name: string; module: string | undefined }): OfferDetails | undefined {
    const place = this.#text.there(at)
    const found = this.#service.getCompletionEntryDetails(
      this.#path,
      place,
      name,
      { ...formatting, semicolons: this.#semicolons() },
      module,
      preferences,
      undefined,
    )
    if (!found) return undefined
    const changes = (found.codeActions ?? []).flatMap(({ changes }) => changes.flatMap((file) => file.textChanges))
    return { words: found.displayParts, prose: proseOf(found), changes: changes.map((change) => this.#change(change)) }
  }

  hover({ at }: { at: number }): Told | undefined {
    const found = this.#service.getQuickInfoAtPosition(this.#path, this.#text.there(at))
    if (!found?.displayParts) return undefined
    const { start, length } = found.textSpan
    return {
      from: this.#text.back(start),
      to: this.#text.back(start + length),
      words: found.displayParts,
      prose: proseOf(found),
    }
  }

  signature({ at }: { at: number }): Signature | undefined {
    const found = this.#service.getSignatureHelpItems(this.#path, this.#text.there(at), undefined)
    const item = found?.items[found.selectedItemIndex]
    if (!found || !item) return undefined
    const { parameters, separatorDisplayParts, prefixDisplayParts, suffixDisplayParts } = item
    const last = item.isVariadic ? parameters.length - 1 : Infinity
    const index = Math.min(found.argumentIndex, last)
    const joined = (from: number, to?: number): Word[] =>
      parameters.slice(from, to).flatMap(({ displayParts }) => [...displayParts, ...separatorDisplayParts])
    const current = parameters[index]
    const rest = joined(index + 1)
    return {
      before: [...prefixDisplayParts, ...joined(0, index)],
      current: current?.displayParts ?? [],
      after: [
        ...(rest.length > 0 ? separatorDisplayParts : []),
        ...rest.slice(0, rest.length - (rest.length > 0 ? separatorDisplayParts.length : 0)),
        ...suffixDisplayParts,
      ],
      prose: proseOf(current?.documentation.length ? current : { documentation: item.documentation }),
      index: found.selectedItemIndex,
      count: found.items.length,
    }
  }

  format(): Change[] {
    // What we have put in is no business of the formatter: it is given the user's own text.
    const mine = this.#text
    this.#text = new Annotated(mine.original, [])
    this.#version++
    const changes = this.#service.getFormattingEditsForDocument(this.#path, formatting)
    const plain = changes.map((change) => this.#change(change))
    this.#text = mine
    this.#version++
    return plain
  }

  /** As the file has them: what is inserted is not to look foreign. */
  #semicolons(): ts.SemicolonPreference {
    const { Insert, Remove } = ts.SemicolonPreference
    return /;[ \t]*$/m.test(this.#text.original) ? Insert : Remove
  }

  #change({ span: { start, length }, newText }: ts.TextChange): Change {
    return { from: this.#text.back(start), to: this.#text.back(start + length), insert: newText }
  }
}

const severities = {
  [ts.DiagnosticCategory.Error]: 'error',
  [ts.DiagnosticCategory.Warning]: 'warning',
  [ts.DiagnosticCategory.Message]: 'info',
  [ts.DiagnosticCategory.Suggestion]: 'info',
} as const

type Documented = { documentation?: ts.SymbolDisplayPart[] | undefined; tags?: ts.JSDocTagInfo[] | undefined }

/** The docstring, then its examples. */
function proseOf({ documentation = [], tags = [] }: Documented): Prose[] {
  const text = ts.displayPartsToString(documentation).trim()
  const examples = tags.filter(({ name }) => name === 'example')
  return [
    ...(text === '' ? [] : [{ text: unwrapped(text), code: false }]),
    ...examples.map((tag) => ({ text: unfenced(ts.displayPartsToString(tag.text)), code: true })),
  ]
}

/** Docstrings are broken where their file ends a line; a tooltip has lines of its own. */
const unwrapped = (text: string): string => text.replace(/([^\n])\n(?![\n-])/g, '$1 ')

const unfenced = (text: string): string => text.replace(/^\s*```\w*\n?|\n?```\s*$/g, '').trim()
