/** The system's dialogs for the place of a file, and for a file that is there; undefined when the user thinks better of it. */
import { BrowserWindow, dialog, type OpenDialogOptions, type SaveDialogOptions } from 'electron'

/** `name`: proposed; without folders. Undefined: a file that is there. */
export async function choosePlace(name: string | undefined): Promise<string | undefined> {
  return name === undefined ? chooseFile() : chooseNew(name)
}

async function chooseFile(): Promise<string | undefined> {
  const asked: OpenDialogOptions = { properties: ['openFile', 'showHiddenFiles'] }
  const [window] = BrowserWindow.getAllWindows()
  const { filePaths } = await (window ? dialog.showOpenDialog(window, asked) : dialog.showOpenDialog(asked))
  return filePaths[0]
}

async function chooseNew(name: string): Promise<string | undefined> {
  const asked: SaveDialogOptions = { defaultPath: name, properties: ['createDirectory', 'showOverwriteConfirmation'] }
  const [window] = BrowserWindow.getAllWindows()
  const { canceled, filePath } = await (window ? dialog.showSaveDialog(window, asked) : dialog.showSaveDialog(asked))
  return canceled || filePath === '' ? undefined : filePath
}
