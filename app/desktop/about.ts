/** What the about box says; each system has a box of its own, and only the version is shown by all of them. */
import { app } from 'electron'

export function describeApp(version: string): void {
  const { electron, chrome, node } = process.versions
  app.setAboutPanelOptions({
    applicationName: 'Spillway',
    applicationVersion: `${version} (Electron ${electron}, Chromium ${chrome}, Node ${node})`,
    version: '',
    copyright: 'Copyright © 2026 the Spillway authors. MIT License.',
  })
}
