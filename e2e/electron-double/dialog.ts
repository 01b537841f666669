/** Dialogs that nobody sees: a test says beforehand what the user would choose. */
export const answers: (string | undefined)[] = []
export const errors: { title: string; content: string }[] = []
/** What was asked for, for tests. */
export const asked: (Electron.SaveDialogOptions | Electron.OpenDialogOptions)[] = []

function showSaveDialog(first: object, second?: Electron.SaveDialogOptions): Promise<Electron.SaveDialogReturnValue> {
  asked.push(second ?? first)
  const filePath = answers.shift()
  return Promise.resolve({ canceled: filePath === undefined, filePath: filePath ?? '' })
}

function showOpenDialog(first: object, second?: Electron.OpenDialogOptions): Promise<Electron.OpenDialogReturnValue> {
  asked.push(second ?? first)
  const path = answers.shift()
  return Promise.resolve({ canceled: path === undefined, filePaths: path === undefined ? [] : [path] })
}

function showErrorBox(title: string, content: string): void {
  errors.push({ title, content })
  process.stderr.write(`${title}: ${content}\n`)
}

export const dialog = { showOpenDialog, showSaveDialog, showErrorBox } satisfies Pick<
  typeof Electron.dialog,
  'showOpenDialog' | 'showSaveDialog' | 'showErrorBox'
>
