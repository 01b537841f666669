/** Where it went, how long it took, how much it was. */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { inspector } from '../../../texts/inspector.ts'
import { messages } from '../../../texts/messages.ts'
import { exactBytes, sizeText } from '../../../texts/amounts.ts'
import { HeadText } from '../../../ui/visible/visible-text.tsx'
import { isRunning } from '../delivery/explain.ts'
import { AppliedModifiers } from './applied-modifiers.tsx'
import { BodyWord } from './body-word.tsx'
import { Connection } from './connection.tsx'
import styles from './overview.module.css'
import { TimingBar } from './timing-bar.tsx'

const texts = inspector.overview

export function Overview({ flow }: { flow: FlowDetail }) {
  return (
    // Focusable, so that the keyboard can scroll it.
    <div className={styles['overview']} tabIndex={0} role="region" aria-label={inspector.tabs.overview}>
      <section>
        <h3>{texts.timings}</h3>
        <TimingBar flow={flow} />
      </section>
      <section>
        <h3>{texts.sizes}</h3>
        <Sizes flow={flow} />
      </section>
      {flow.messages && (
        <section>
          <h3>{messages.overview.title}</h3>
          <p className={styles['told']}>
            {messages.overview.told(flow.messages.sent, flow.messages.received, flow.messages.control)}
          </p>
        </section>
      )}
      {flow.modifiers !== undefined && flow.modifiers.length > 0 && (
        <section>
          <h3>{texts.modifiers}</h3>
          <AppliedModifiers modifiers={flow.modifiers} />
          {!isRunning(flow.state) && <BodyWord flow={flow} />}
        </section>
      )}
      <section>
        <h3>{texts.connections}</h3>
        <div className={styles['pair']}>
          <Connection title={texts.client} connection={flow.client} />
          {flow.origin ? (
            <Connection title={texts.origin} connection={flow.origin} reused={flow.originReused} />
          ) : (
            <p className={styles['quiet']}>{texts.noOrigin}</p>
          )}
        </div>
      </section>
      {flow.informational.length > 0 && (
        <section>
          <h3>{texts.informational}</h3>
          {flow.informational.map((head, index) => (
            <pre key={index} className={styles['informational']}>
              {head.split('\r\n').map((line, number) => (
                <div key={number}>
                  <HeadText text={line} />
                </div>
              ))}
            </pre>
          ))}
        </section>
      )}
    </div>
  )
}

function Sizes({ flow: { request, response } }: { flow: FlowDetail }) {
  const rows = [
    { name: texts.request, message: request },
    ...(response ? [{ name: texts.response, message: response }] : []),
  ]
  return (
    <table className={styles['sizes']}>
      <thead>
        <tr>
          <td />
          <th scope="col">{texts.received}</th>
          <th scope="col">{texts.delivered}</th>
          <th scope="col">{texts.chunks}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, message }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td title={exactBytes(message.bytes)}>{sizeText(message.bytes)}</td>
            <td title={exactBytes(message.delivered)}>{sizeText(message.delivered)}</td>
            <td>{texts.pair(message.chunks.toLocaleString('en'), message.deliveredChunks.toLocaleString('en'))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
