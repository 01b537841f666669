/** The system's dialog for the place of a file; undefined when the user thinks better of it. */
import { BrowserWindow, dialog, type SaveDialogOptions } from 'electron'

/** `name`: proposed; without folders. */
export async function choosePlace(name: string): Promise<string | undefined> {
  const asked: SaveDialogOptions = { defaultPath: name, properties: ['createDirectory', 'showOverwriteConfirmation'] }
  const [window] = BrowserWindow.getAllWindows()
  const { canceled, filePath } = await (window ? dialog.showSaveDialog(window, asked) : dialog.showSaveDialog(asked))
  return canceled || filePath === '' ? undefined : filePath
}
