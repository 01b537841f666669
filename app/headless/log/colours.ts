/** Colour, where it is wanted. */
export type Style = 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta'
export type Paint = (style: Style, text: string) => string

const codes: Record<Style, number> = { dim: 2, red: 31, green: 32, yellow: 33, cyan: 36, magenta: 35 }

export const inColour: Paint = (style, text) => `\x1b[${codes[style]}m${text}\x1b[${style === 'dim' ? 22 : 39}m`
export const plain: Paint = (_, text) => text

/** FORCE_COLOR over NO_COLOR (no-color.org: set and not empty) over whether it is a terminal that can. */
export function painter(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): Paint {
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced === '0' || forced === 'false' ? plain : inColour
  return !env['NO_COLOR'] && isTerminal && env['TERM'] !== 'dumb' ? inColour : plain
}
