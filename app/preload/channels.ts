/** The names under which the window and the main process speak; what travels is app/contract/wire.ts. */
export const channels = {
  /** A page has begun to listen, or has stopped: its connection begins and ends so. */
  open: 'spillway:open',
  shut: 'spillway:shut',
  /** A ToHost. */
  post: 'spillway:post',
  /** A ToWindow. */
  told: 'spillway:told',
  /** The page has got one ToWindow: who sends sees how far behind it is. */
  heard: 'spillway:heard',
} as const
