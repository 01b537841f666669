/** Short messages that come and go at the edge of the window; views/shell/toasts.tsx shows them. */
import { create } from 'zustand'

/** `act`: what can be done about it, as long as it is there. `cause`: there is one notice of it at most, the newest. */
export type Notice = { id: number; sentence: string; tone: 'info' | 'problem'; act?: NoticeAct; cause?: string }
export type NoticeAct = { name: string; run: () => void }

/** Of what saving a modifier has come to. */
export const savedCause = (id: string): string => `saved ${id}`

/** More at once would cover the window; the oldest give way. */
const most = 4

export const useNotices = create<{ notices: Notice[] }>(() => ({ notices: [] }))

let lastId = 0

/** Says a sentence to the user. Problems stay until they are closed, or taken back by their cause. */
export function notify(
  sentence: string,
  tone: Notice['tone'] = 'info',
  more: { act?: NoticeAct; cause?: string } = {},
): void {
  const notice = { id: ++lastId, sentence, tone, ...more }
  const isOld = (other: Notice): boolean =>
    other.sentence === sentence || (more.cause !== undefined && other.cause === more.cause)
  useNotices.setState(({ notices }) => ({
    notices: [...notices.filter((other) => !isOld(other)), notice].slice(-most),
  }))
}

/** What was said does not hold any more. */
export function takeBack(cause: string): void {
  if (!useNotices.getState().notices.some((notice) => notice.cause === cause)) return
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.cause !== cause) }))
}

export function closeNotice(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
}
