/** The system's dialog for the place of a file; undefined when the user thinks better of it. */
import { basename } from 'node:path'
import { BrowserWindow, dialog } from 'electron'

/** `name` comes from what an origin sent: of a path only its last part is proposed. */
export async function choosePlace(name: string): Promise<string | undefined> {
  const defaultPath = basename(name.replaceAll('\\', '/')) || 'body'
  const options = { defaultPath, properties: ['createDirectory', 'showOverwriteConfirmation'] as const }
  const given = { ...options, properties: [...options.properties] }
  const [window] = BrowserWindow.getAllWindows()
  const { canceled, filePath } = await (window ? dialog.showSaveDialog(window, given) : dialog.showSaveDialog(given))
  return canceled || filePath === '' ? undefined : filePath
}
