/** The panel that says how to send a program's traffic through Spillway. */
import type { Tool } from '../views/connect/lines.ts'
import type { System } from '../views/connect/trust.ts'

const tools: Record<Tool, string> = {
  curl: 'curl',
  bash: 'bash, zsh',
  fish: 'fish',
  powershell: 'PowerShell',
  node: 'Node',
  python: 'Python',
  git: 'git',
  docker: 'Docker',
  chrome: 'Chrome',
  firefox: 'Firefox',
}

const systems: Record<System, string> = {
  macos: 'macOS',
  windows: 'Windows',
  debian: 'Debian, Ubuntu',
  fedora: 'Fedora',
  firefox: 'Firefox',
  ios: 'iOS',
  android: 'Android',
}

const about: Partial<Record<Tool, string>> = {
  bash: 'Paste this into a shell: everything that you start from it afterwards goes through Spillway.',
  fish: 'Paste this into a shell: everything that you start from it afterwards goes through Spillway.',
  powershell: 'Paste this into a session: everything that you start from it afterwards goes through Spillway.',
  node: 'From Node 24 on, fetch and http take the proxy from the environment.',
  python: 'requests, httpx and urllib take the proxy from the environment.',
  chrome: 'A profile of its own, so that your usual Chrome stays as it is. For HTTPS, install the certificate first.',
  firefox:
    'Put these lines into user.js in the folder of a profile (about:profiles makes one), then install the certificate.',
}

const situations: Record<string, string> = {
  'docker-linux': 'On Linux: the container shares the network of this machine.',
  'docker-desktop': 'With Docker Desktop.',
}

export const connect = {
  tool: 'Program',
  tools,
  about: (tool: Tool) => about[tool],
  situation: (name: string) => situations[name],
  baseUrls: 'Base URLs',
  baseUrlsText: 'For clients that take a base URL instead of a proxy, such as the SDKs of LLM APIs.',
  standsFor: (url: string) => `For ${url}:`,
  copy: 'Copy these lines',
  notConnected: 'This window has lost Spillway. How to connect a client is shown as soon as it is back.',
  asks: 'The proxy wants a user and a password: write those of the settings in place of USER:PASSWORD, percent-encoded where they are no letters or digits. Browsers ask for them.',
  stopped: 'The capture is stopped. These lines work once it is started again.',
  certificate: 'Certificate',
  certificateText:
    'To read HTTPS, Spillway signs certificates with a CA of its own, made on this machine and used by nobody else. A program has to trust it; the lines above do that for one program, these steps for a whole system. A client that comes through Spillway finds the certificate at http://spillway.local/ as well.',
  download: 'Save the certificate',
  saved: (path: string) => `Saved as ${path}.`,
  fingerprint: 'SHA-256',
  validTo: 'Valid until',
  copyFingerprint: 'Copy the fingerprint',
  system: 'System',
  systems,
  noCertificate: (why: string) => `The certificate could not be had: ${why}`,
  undo: 'When you no longer need it, take the certificate out again in the same place.',
}
