/** The page at http://spillway.local/: the certificate to take along, and how each system learns to trust it. Pure. */
import { X509Certificate } from 'node:crypto'
import { escapeHtml } from '../client/error-page.ts'

/** One step: words, or lines to paste. */
type Step = string | { paste: string }
type System = { name: string; steps: readonly Step[] }

/** `proxy`: "host:port" */
export function installPage(caPem: string, proxy: string): string {
  const { subject, validToDate, fingerprint256 } = new X509Certificate(caPem)
  const facts = [
    ['Name', subject.replaceAll('\n', ', ')],
    ['Valid until', validToDate.toISOString().slice(0, 10)],
    ['SHA-256', fingerprint256],
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Spillway: trust its CA</title>
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 6vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.25rem } h2 { font-size: 1rem; margin: 1.5rem 0 0 } ol { margin: .25rem 0; padding-left: 1.5rem }
  pre { overflow-x: auto; padding: .5rem .75rem; margin: .25rem 0; background: rgb(127 127 127 / .15); border-radius: 6px }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem } dd { margin: 0; overflow-wrap: anywhere }
</style></head>
<body><h1>This client comes through Spillway</h1>
<p>To read HTTPS, Spillway signs certificates with a CA of its own, made on the machine where it runs. A client has to
trust it: take its certificate, and tell your system. Whoever has that CA’s key could read your traffic, so take it out
again when you no longer need it.</p>
<p><a href="/ca.crt">ca.crt</a> (DER, for phones, Windows and Java) · <a href="/ca.pem">ca.pem</a> (PEM, for everything
else)</p>
<dl>${facts.map(([name = '', value = '']) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>
${systems(proxy).map(section).join('\n')}
</body></html>
`
}

function section({ name, steps }: System): string {
  const items = steps.map((step) =>
    typeof step === 'string' ? `<li>${escapeHtml(step)}</li>` : `<li><pre>${escapeHtml(step.paste)}</pre></li>`,
  )
  return `<h2>${escapeHtml(name)}</h2><ol>${items.join('')}</ol>`
}

function systems(proxy: string): System[] {
  const pem = 'spillway-ca.pem'
  return [
    {
      name: 'macOS',
      steps: [
        'Save ca.pem, and in the folder where it is:',
        {
          paste: `security add-trusted-cert -r trustRoot -k "$HOME/Library/Keychains/login.keychain-db" ${pem}`,
        },
      ],
    },
    {
      name: 'Windows',
      steps: [
        'Save ca.crt, and in PowerShell, in the folder where it is:',
        { paste: 'Import-Certificate -FilePath spillway-ca.crt -CertStoreLocation Cert:\\CurrentUser\\Root' },
      ],
    },
    {
      name: 'Debian, Ubuntu',
      steps: [
        'Save ca.pem, and in the folder where it is:',
        {
          paste: `sudo cp ${pem} /usr/local/share/ca-certificates/spillway.crt && sudo update-ca-certificates`,
        },
      ],
    },
    {
      name: 'Fedora',
      steps: ['Save ca.pem, and in the folder where it is:', { paste: `sudo trust anchor --store ${pem}` }],
    },
    {
      name: 'iOS',
      steps: [
        'Open ca.crt in Safari and allow the profile to be downloaded.',
        'Install it in Settings, General, VPN & Device Management.',
        'Trust it in Settings, General, About, Certificate Trust Settings.',
      ],
    },
    {
      name: 'Android',
      steps: [
        'Save ca.crt.',
        'Install it in Settings, Security, Encryption & credentials, Install a certificate, CA certificate.',
        'Apps trust it only if they allow user certificates; browsers do.',
      ],
    },
    {
      name: 'Firefox',
      steps: [
        'Save ca.pem. In the settings look for “certificates”, then View Certificates.',
        'Under Authorities choose Import, take the saved file, and tick “Trust this CA to identify websites”.',
      ],
    },
    {
      name: 'Java',
      steps: [
        'Save ca.crt, and put it into the keystore of the JDK (its password is “changeit” unless somebody has changed it):',
        {
          paste: 'keytool -importcert -cacerts -alias spillway -file spillway-ca.crt -storepass changeit -noprompt',
        },
      ],
    },
    { name: 'Node', steps: [{ paste: `export NODE_EXTRA_CA_CERTS="$PWD/${pem}"` }] },
    {
      name: 'Python',
      steps: [
        'For requests, and for httpx and urllib:',
        { paste: `export REQUESTS_CA_BUNDLE="$PWD/${pem}"\nexport SSL_CERT_FILE="$PWD/${pem}"` },
      ],
    },
    {
      name: 'curl',
      steps: [
        {
          paste: `curl --proxy http://${proxy} -o ${pem} http://spillway.local/ca.pem
curl --proxy http://${proxy} --cacert ${pem} https://example.com/`,
        },
      ],
    },
  ]
}
