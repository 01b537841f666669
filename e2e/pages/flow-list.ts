/** The list of flows: its rows by what they contain, and what their cells say by the name of the column. */
import type { Locator, Page } from '@playwright/test'
import { expect } from 'vitest'
import { CaptureBar } from './capture-bar.ts'

/** By the names of the columns; `state` is what the mark says. */
export type Cells = Record<string, string>

export class FlowList {
  readonly grid: Locator
  readonly menu: Locator
  constructor(page: Page) {
    this.grid = page.getByRole('grid', { name: 'Flows' })
    this.menu = page.getByRole('menu')
  }

  /** Rows of flows, without the one of the column names. */
  get rows(): Locator {
    return this.grid.getByRole('rowgroup').getByRole('row')
  }

  /** The row of the flow whose path (or, for a tunnel, host) is exactly this. */
  row(cell: string): Locator {
    const { grid } = this
    return this.rows.filter({ has: grid.page().getByRole('gridcell', { name: cell, exact: true }) })
  }

  /** What the row says; waits for it. A cell that has no text has none of the keys' values either. */
  async cells(cell: string): Promise<Cells> {
    const row = this.row(cell)
    const names = await this.grid.getByRole('columnheader').getByRole('button').all()
    const headings = await Promise.all(names.map(async (name) => (await name.getAttribute('aria-label')) ?? ''))
    const texts = await row.getByRole('gridcell').allTextContents()
    const state = (await row.getByRole('img').getAttribute('aria-label')) ?? ''
    return { ...Object.fromEntries(headings.map((name, index) => [name, texts[index] ?? ''])), State: state }
  }

  /** The same, and undefined as long as there is no such row: for polling. */
  async cellsNow(cell: string): Promise<Cells | undefined> {
    return (await this.row(cell).count()) === 1 ? this.cells(cell) : undefined
  }

  /** How many flows the list has, in sight or not. */
  async count(): Promise<number> {
    return Number(await this.grid.getAttribute('aria-rowcount')) - 1
  }

  /** The paths of the rows in sight, from top to bottom; all of them as they are at one moment. */
  async paths(): Promise<string[]> {
    return this.grid.page().evaluate<string[]>(`(() => {
      const grid = document.querySelector('[role=grid][aria-label=Flows]')
      if (!grid) return []
      const columns = grid.querySelectorAll('[role=columnheader]').length
      return [...grid.querySelectorAll('[role=rowgroup] [role=row]')]
        .map((row) => ({ index: Number(row.getAttribute('aria-rowindex')), cells: row.querySelectorAll('[role=gridcell]') }))
        .filter(({ cells }) => cells.length === columns)
        .sort((a, b) => a.index - b.index)
        .map(({ cells }) => cells[4].textContent)
    })()`)
  }

  /**
   * Waits until the window knows of no flow that runs: a client has its answer before the window hears that it has ended.
   * The filter is used for it, and has its text back.
   */
  async ended(): Promise<void> {
    const { filter } = new CaptureBar(this.grid.page())
    const before = await filter.inputValue()
    await filter.fill('is:running')
    await expect.poll(() => this.count()).toBe(0)
    await filter.fill(before)
  }

  menuItem(name: string | RegExp): Locator {
    return this.menu.getByRole('menuitem', { name })
  }
}
