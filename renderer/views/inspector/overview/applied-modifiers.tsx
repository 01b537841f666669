/** Which modifiers the body went through, in order, and what each made of it. */
import type { FlowDetail } from '../../../../app/contract/flow-detail.ts'
import { exactBytes, sizeText } from '../../../texts/amounts.ts'
import { inspector } from '../../../texts/inspector.ts'
import { ModifierLink } from '../shown/modifier-link.tsx'
import styles from './overview.module.css'

const texts = inspector.overview

export function AppliedModifiers({ modifiers }: { modifiers: NonNullable<FlowDetail['modifiers']> }) {
  return (
    <table className={styles['sizes']}>
      <thead>
        <tr>
          <td />
          <th scope="col">{texts.received}</th>
          <th scope="col">{texts.handedOn}</th>
          <th scope="col">{texts.chunks}</th>
          <th scope="col">{texts.head}</th>
        </tr>
      </thead>
      <tbody>
        {modifiers.map(({ name, file, version, editedHead, chunksIn, bytesIn, chunksOut, bytesOut }, index) => (
          <tr key={index}>
            <th scope="row" title={texts.version(version)}>
              <ModifierLink file={file}>{name}</ModifierLink>
            </th>
            <td title={exactBytes(bytesIn)}>{sizeText(bytesIn)}</td>
            <td title={exactBytes(bytesOut)}>{sizeText(bytesOut)}</td>
            <td>{texts.pair(chunksIn.toLocaleString('en'), chunksOut.toLocaleString('en'))}</td>
            <td>{editedHead ? texts.headEdited : texts.headKept}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
