/**
 * Hardened JavaScript for the whole worker: importing this makes it so, and everything that is imported behind it is
 * evaluated under it. With errorTaming 'safe' there would be no line numbers.
 */
import 'ses'

/** SES takes clocks and chance away from what it hardens. */
export const clock = { now: Date.now.bind(Date), ms: performance.now.bind(performance), random: Math.random.bind(Math) }
export const FullDate = Date

lockdown({
  errorTaming: 'unsafe',
  overrideTaming: 'severe',
  consoleTaming: 'unsafe',
  errorTrapping: 'none',
  unhandledRejectionTrapping: 'none',
  reporting: 'none',
})
