/** How an origin is reached where that is not simply by the addresses of its name. */
export type Way = {
  /** Connections are interchangeable only where this is equal, too. */
  key: string
  /** Dialled instead of the addresses that the host's name has. */
  address: string
  /** Said on the flow. */
  note: string
}
