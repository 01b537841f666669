/** How a system learns to trust the CA: steps in words, with the lines to paste where there are any. Pure. */
import { posix, powershell } from './lines.ts'

export type System = 'macos' | 'windows' | 'debian' | 'fedora' | 'firefox' | 'ios' | 'android'
export type Step = { say: string; paste?: string }

/** Served by the proxy itself to whoever comes through it (main/proxy/own-site). */
const ownCertificate = 'http://spillway.local/ca.crt'

/** `ca`: the certificate's path on this machine. */
export function trustSteps(system: System, ca: string): Step[] {
  switch (system) {
    case 'macos':
      return [
        {
          say: 'In a terminal; it asks for your password.',
          paste: `security add-trusted-cert -r trustRoot -k "$HOME/Library/Keychains/login.keychain-db" ${posix(ca)}`,
        },
        { say: 'Programs that are open have to be started again.' },
      ]
    case 'windows':
      return [
        {
          say: 'In PowerShell, for your user; confirm the question of Windows.',
          paste: `Import-Certificate -FilePath ${powershell(ca)} -CertStoreLocation Cert:\\CurrentUser\\Root`,
        },
      ]
    case 'debian':
      return [
        {
          say: 'In a shell. The file has to end in .crt.',
          paste: `sudo cp ${posix(ca)} /usr/local/share/ca-certificates/spillway.crt && sudo update-ca-certificates`,
        },
        ...nss(ca),
      ]
    case 'fedora':
      return [{ say: 'In a shell.', paste: `sudo trust anchor --store ${posix(ca)}` }, ...nss(ca)]
    case 'firefox':
      return [
        {
          say: 'Open the settings and look for "certificates", then View Certificates.',
          paste: 'about:preferences#privacy',
        },
        { say: 'Under Authorities choose Import, take the saved file, and tick "Trust this CA to identify websites".' },
      ]
    case 'ios':
      return [
        {
          say: 'In the Wi-Fi settings of the network, set the HTTP proxy to this machine. Spillway has to listen on an address that the device reaches.',
        },
        {
          say: 'Open this address in Safari on the device, and allow the profile to be downloaded.',
          paste: ownCertificate,
        },
        { say: 'Install it in Settings, General, VPN & Device Management.' },
        { say: 'Trust it in Settings, General, About, Certificate Trust Settings.' },
      ]
    case 'android':
      return [
        {
          say: 'In the Wi-Fi settings of the network, set the proxy to this machine. Spillway has to listen on an address that the device reaches.',
        },
        { say: 'Open this address in the browser of the device, which saves the certificate.', paste: ownCertificate },
        { say: 'Install it in Settings, Security, Encryption & credentials, Install a certificate, CA certificate.' },
        { say: 'Apps trust it only if they allow user certificates; browsers do.' },
      ]
    default:
      return system satisfies never
  }
}

/** Chrome on Linux has a store of its own. */
const nss = (ca: string): Step[] => [
  {
    say: 'For Chrome and Chromium as well, which have a store of their own (certutil is in libnss3-tools or nss-tools).',
    paste: `mkdir -p "$HOME/.pki/nssdb" && certutil -d sql:"$HOME/.pki/nssdb" -A -t C,, -n Spillway -i ${posix(ca)}`,
  },
]
