import { useCallback, useEffect, useState } from 'react'
import { inspector } from '../../../texts/inspector.ts'
import { Button } from '../../../ui/button.tsx'
import { mediaTypeOf } from '../content/view-choice.ts'
import { sizeText } from '../../../texts/amounts.ts'
import { Loading, StateMessage } from '../shown/state-message.tsx'
import { readPieces, type Body } from './pages/body-bytes.ts'
import styles from './body.module.css'
import { useLoaded } from './pages/load.ts'

const texts = inspector.body
const limit = 256 * 1024 * 1024

type Props = { body: Body; kind: 'image' | 'video' | 'audio' }

/** Images, videos and sounds as the browser shows them. An SVG is an image here too: in <img> its scripts never run. */
export function MediaView({ body, kind }: Props) {
  const { id, side, decoded, total } = body
  const type = mediaTypeOf(body.contentType)
  const load = useCallback(
    async (signal: AbortSignal) => {
      const parts: Blob[] = []
      if (total > limit) return undefined
      for await (const piece of readPieces({ id, side, decoded }, signal)) parts.push(new Blob([piece]))
      return new Blob(parts, { type: type.startsWith(`${kind}/`) ? type : '' })
    },
    [id, side, decoded, total, type, kind],
  )
  const media = useLoaded(load)
  if (media.status === 'loading') return <Loading text={inspector.loading} />
  if (media.status === 'failed') {
    return (
      <StateMessage title={texts.notLoaded} next={media.fault.message}>
        <Button onClick={media.retry}>{inspector.retry}</Button>
      </StateMessage>
    )
  }
  if (media.value === undefined) return <StateMessage title={texts.tooLargeForMedia(sizeText(limit))} />
  return <Shown blob={media.value} kind={kind} />
}

function Shown({ blob, kind }: { blob: Blob; kind: Props['kind'] }) {
  const address = useAddress(blob)
  const [failed, setFailed] = useState(false)
  const [size, setSize] = useState<string>()
  if (failed) return <StateMessage title={texts.notShown[kind]} />
  if (address === undefined) return null
  const fail = (): void => setFailed(true)
  const label = texts.views[kind]
  return (
    <div className={styles['media']} tabIndex={0} role="region" aria-label={texts.region}>
      {kind === 'image' && (
        <img
          src={address}
          alt={label}
          onError={fail}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
            setSize(texts.image(naturalWidth, naturalHeight))
          }}
        />
      )}
      {kind === 'video' && <video src={address} controls onError={fail} aria-label={label} />}
      {kind === 'audio' && <audio src={address} controls onError={fail} aria-label={label} />}
      {size !== undefined && <p className={styles['note']}>{size}</p>}
    </div>
  )
}

/** Of a Blob, revoked with the component. An SVG gets a data URL: opened by itself, it has no origin, so not ours. */
function useAddress(blob: Blob): string | undefined {
  const [address, setAddress] = useState<string>()
  useEffect(() => {
    if (blob.type.includes('svg')) {
      const reader = new FileReader()
      reader.onload = () => setAddress(typeof reader.result === 'string' ? reader.result : undefined)
      reader.readAsDataURL(blob)
      return () => reader.abort()
    }
    const made = URL.createObjectURL(blob)
    // The address is of the effect: whoever makes it revokes it.
    // oxlint-disable-next-line react/set-state-in-effect
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [blob])
  return address
}
