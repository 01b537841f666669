/** Short messages that come and go at the edge of the window; ui/toast.tsx shows them. */
import { create } from 'zustand'

export type Notice = { id: number; sentence: string; tone: 'info' | 'problem' }

/** More at once would cover the window; the oldest give way. */
const most = 4

export const useNotices = create<{ notices: Notice[] }>(() => ({ notices: [] }))

let lastId = 0

/** Says a sentence to the user. Problems stay until they are closed. */
export function notify(sentence: string, tone: Notice['tone'] = 'info'): void {
  const notice = { id: ++lastId, sentence, tone }
  useNotices.setState(({ notices }) => ({
    notices: [...notices.filter((other) => other.sentence !== sentence), notice].slice(-most),
  }))
}

export function closeNotice(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
}
