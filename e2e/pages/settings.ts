/** The settings panel: fields by their titles. */
import type { Locator, Page } from '@playwright/test'

export class SettingsPanel {
  readonly panel: Locator
  readonly search: Locator
  readonly size: Locator
  readonly undo: Locator
  readonly #page: Page
  constructor(page: Page) {
    this.#page = page
    const main = page.getByRole('main')
    this.panel = main
    this.search = main.getByRole('searchbox', { name: 'Search settings' })
    this.size = this.field('Stream response bodies larger than')
    // The one in the message after a change; another one stays beside the search.
    this.undo = main.getByRole('status').getByRole('button', { name: 'Undo' })
  }

  field(title: string): Locator {
    return this.#page.getByRole('main').getByRole('textbox', { name: title, exact: true })
  }

  switch(title: string): Locator {
    return this.#page.getByRole('main').getByRole('switch', { name: title, exact: true })
  }

  /** Types into a field and applies it. */
  async set(field: Locator, text: string): Promise<void> {
    await field.fill(text)
    await field.press('Enter')
  }
}
