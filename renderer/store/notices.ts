/** Short messages that come and go at the edge of the window; views/shell/toasts.tsx shows them. */
import { create } from 'zustand'

/** `act`: what can be done about it, as long as it is there. */
export type Notice = { id: number; sentence: string; tone: 'info' | 'problem'; act?: NoticeAct }
export type NoticeAct = { name: string; run: () => void }

/** More at once would cover the window; the oldest give way. */
const most = 4

export const useNotices = create<{ notices: Notice[] }>(() => ({ notices: [] }))

let lastId = 0

/** Says a sentence to the user. Problems stay until they are closed. */
export function notify(sentence: string, tone: Notice['tone'] = 'info', act?: NoticeAct): void {
  const notice = { id: ++lastId, sentence, tone, ...(act && { act }) }
  useNotices.setState(({ notices }) => ({
    notices: [...notices.filter((other) => other.sentence !== sentence), notice].slice(-most),
  }))
}

export function closeNotice(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
}
