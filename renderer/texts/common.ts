/** Words that every view uses. */
export const common = {
  close: 'Close',
  cancel: 'Cancel',
  copied: 'Copied',
  messages: 'Messages',
  notCopied: 'Nothing was copied: the browser does not allow it here. Select the text and copy it by keyboard.',
}
