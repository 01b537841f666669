import { Fragment, type ReactNode } from 'react'
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { inspector } from '../../../texts/inspector.ts'
import { VisibleText } from '../../../ui/visible/visible-text.tsx'
import styles from './overview.module.css'

const texts = inspector.overview

type Props = { title: string; connection: FlowDetail['client']; reused?: boolean }

/** One end of the flow: its address, and what TLS agreed on. Names in certificates come from strangers. */
export function Connection({ title, connection: { id, address, port, tls, via }, reused }: Props) {
  const facts: [string, ReactNode][] = [
    [texts.address, `${address.includes(':') ? `[${address}]` : address}:${port}`],
    [texts.connectionLabel, reused === undefined ? `No. ${id}` : texts.connection(id, reused)],
    [texts.tls, tls ? tls.version : texts.plain],
  ]
  if (via !== undefined) facts.unshift([texts.via, via])
  if (tls) {
    facts.push([texts.alpn, <VisibleText text={tls.alpn ?? texts.noAlpn} />])
    facts.push([texts.serverName, <VisibleText text={tls.serverName ?? texts.noServerName} />])
  }
  const certificate = tls?.certificate
  if (certificate) {
    const { subject, issuer, validFrom, validTo, sha256 } = certificate
    facts.push(
      [texts.subject, <VisibleText text={subject} />],
      [texts.issuer, <VisibleText text={issuer} />],
      [texts.validity, texts.validRange(day(validFrom), day(validTo))],
      [texts.fingerprint, <span className={styles['code']}>{sha256}</span>],
    )
  }
  return (
    <div>
      <h4>{title}</h4>
      <dl className={styles['facts']}>
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </div>
  )
}

/** Of an ISO date; what is none is shown as it is. */
const day = (iso: string): string => (/^\d{4}-\d\d-\d\dT/.test(iso) ? iso.slice(0, 10) : iso)
