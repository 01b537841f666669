/** Words that every view uses. */
export const common = {
  close: 'Close',
  cancel: 'Cancel',
  copied: 'Copied',
  messages: 'Messages',
  notCopied: 'Nothing was copied: the browser does not allow it here. Select the text and copy it by keyboard.',
}

/** How the keys are called on this system. */
export const isMac = navigator.userAgent.includes('Mac')
export const keys = {
  command: isMac ? '⌘' : 'Ctrl',
  delete: isMac ? '⌘ ⌫' : 'Delete',
}
