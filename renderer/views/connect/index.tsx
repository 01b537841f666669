import { Download } from 'lucide-react'
import { useState } from 'react'
import type { Output } from '../../../app/contract/contract.ts'
import { client, faultOf, useConnection } from '../../client/index.ts'
import { useAppInfo, useCertificate } from '../../store/app.ts'
import { useCapture } from '../../store/capture.ts'
import { notify } from '../../store/notices.ts'
import { useSettings } from '../../store/settings.ts'
import { connect as texts } from '../../texts/connect.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import styles from './connect.module.css'
import { snippets, type Place, type Platform, type Tool } from './lines.ts'
import { trustSteps, type System } from './trust.ts'

type Certificate = Output<'ca.get'>

/** How a program, or a whole system, gets to send its traffic through Spillway. */
export function Connect({ certificate: withCertificate = true }: { certificate?: boolean }) {
  const { value: info, fault: infoFault } = useAppInfo()
  const { value: certificate, fault } = useCertificate()
  const capture = useCapture()
  const asks = useSettings()?.values.proxyAuth !== undefined
  const connection = useConnection()
  const wrong = fault ?? infoFault
  if (connection.status !== 'connected') {
    return <p className={styles['note']}>{connection.status === 'refused' ? connection.problem : texts.notConnected}</p>
  }
  if (wrong) return <p className={styles['problem']}>{texts.noCertificate(wrong.message)}</p>
  if (!info || !certificate) return null
  const platform = isPlatform(info.platform) ? info.platform : 'linux'
  const { host, port } = capture?.address ?? { host: '127.0.0.1', port: 8080 }
  return (
    <div className={styles['connect']}>
      {capture?.status === 'stopped' && <p className={styles['note']}>{texts.stopped}</p>}
      {asks && <p className={styles['note']}>{texts.asks}</p>}
      <Lines place={{ host, port, ca: certificate.file, asks }} platform={platform} />
      {capture?.reverse && <BaseUrls ports={capture.reverse} />}
      {withCertificate && <Trust certificate={certificate} platform={platform} />}
    </div>
  )
}

const isPlatform = (name: string): name is Platform => ['linux', 'darwin', 'win32'].includes(name)
const named = <T extends string>(labels: Record<T, string>): { value: T; label: string }[] =>
  Object.entries<string>(labels).map(([value, label]) => ({ value: value as T, label }))

function Lines({ place, platform }: { place: Place; platform: Platform }) {
  const [tool, setTool] = useState<Tool>('curl')
  const about = texts.about(tool)
  return (
    <section className={styles['part']}>
      <Segmented name={texts.tool} choices={named(texts.tools)} value={tool} onChange={setTool} />
      {about !== undefined && <p className={styles['note']}>{about}</p>}
      {snippets(tool, place, platform).map(({ name, text }) => {
        const situation = texts.situation(name)
        return (
          <div key={name} className={styles['part']}>
            {situation !== undefined && <p className={styles['note']}>{situation}</p>}
            <Paste text={text} />
          </div>
        )
      })}
    </section>
  )
}

/** Ports that stand for an origin. */
function BaseUrls({ ports }: { ports: NonNullable<Output<'capture.state'>['reverse']> }) {
  return (
    <section className={styles['part']}>
      <h3>{texts.baseUrls}</h3>
      <p className={styles['note']}>{texts.baseUrlsText}</p>
      {ports.map(({ host, port, url }) => (
        <div key={port} className={styles['part']}>
          <p className={styles['note']}>{texts.standsFor(url)}</p>
          <Paste text={`http://${host.includes(':') ? `[${host}]` : host}:${port}`} />
        </div>
      ))}
    </section>
  )
}

function Paste({ text }: { text: string }) {
  return (
    <div className={styles['paste']}>
      {/* Many lines scroll, which has to be possible by keyboard too. */}
      <pre tabIndex={0}>{text}</pre>
      <CopyButton name={texts.copy} text={text} />
    </div>
  )
}

const usual: Record<Platform, System> = { linux: 'debian', darwin: 'macos', win32: 'windows' }

function Trust({ certificate, platform }: { certificate: Certificate; platform: Platform }) {
  const [system, setSystem] = useState(usual[platform])
  return (
    <section className={styles['part']}>
      <div className={styles['head']}>
        <h3>{texts.certificate}</h3>
        <Button onClick={() => void save(certificate.pem)}>
          <Download size={14} aria-hidden />
          {texts.download}
        </Button>
      </div>
      <p className={styles['note']}>{texts.certificateText}</p>
      <dl className={styles['facts']}>
        <dt>{texts.fingerprint}</dt>
        <dd>
          <code>{certificate.sha256}</code>
          <CopyButton name={texts.copyFingerprint} text={certificate.sha256} />
        </dd>
        <dt>{texts.validTo}</dt>
        <dd>{certificate.validTo.slice(0, 10)}</dd>
      </dl>
      <Segmented name={texts.system} choices={named(texts.systems)} value={system} onChange={setSystem} />
      <ol className={styles['steps']}>
        {trustSteps(system, certificate.file).map(({ say, paste }) => (
          <li key={say}>
            {say}
            {paste !== undefined && <Paste text={paste} />}
          </li>
        ))}
      </ol>
      <p className={styles['note']}>{texts.undo}</p>
    </section>
  )
}

const fileName = 'spillway-ca.pem'

/** The desktop app asks where to; a browser has its own way. */
async function save(pem: string): Promise<void> {
  const bytes = new TextEncoder().encode(pem)
  try {
    const { path } = await client.call('files.save', { name: fileName, bytes })
    if (path !== undefined) notify(texts.saved(path))
  } catch (error) {
    const { code, message } = faultOf(error)
    if (code === 'NOT_HERE') download(bytes)
    else notify(message, 'problem')
  }
}

function download(bytes: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/x-pem-file' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
