/** The order of what can be moved. Every function gives a new list, or the same one when nothing changes. Pure. */

type Named = { id: string }

/** To the place `to`, counted without the moved one; beyond the ends it stays at them. */
export function moved<T extends Named>(rows: readonly T[], id: string, to: number): readonly T[] {
  const from = rows.findIndex((row) => row.id === id)
  const row = rows[from]
  const place = Math.max(0, Math.min(rows.length - 1, to))
  if (!row || place === from) return rows
  return placed(rows.toSpliced(from, 1), row, place)
}

/** With it at the place, or at the end. */
export const placed = <T extends Named>(rows: readonly T[], row: T, place: number): readonly T[] =>
  rows.toSpliced(place < 0 ? rows.length : place, 0, row)
