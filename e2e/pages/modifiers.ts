/** The modifiers: their list, the editor of the open one, its dry run. */
import type { Locator, Page } from '@playwright/test'

export class ModifiersPanel {
  readonly list: Locator
  readonly new: Locator
  readonly problems: Locator
  readonly save: Locator
  readonly dryRun: Locator
  readonly steps: Locator
  readonly console: Locator
  /** At the edge of the window. */
  readonly messages: Locator
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
    this.list = page.getByRole('region', { name: 'Modifiers' })
    this.new = this.list.getByRole('button', { name: 'New' })
    this.save = page.getByRole('button', { name: 'Save', exact: true })
    this.dryRun = page.getByRole('region', { name: 'Dry run' })
    this.steps = this.dryRun.getByRole('grid')
    this.problems = page.getByRole('list', { name: 'Problems' })
    this.messages = page.getByRole('log', { name: 'Messages' })
    this.console = page.getByRole('log', { name: /^Console of/ })
  }

  /** Names in the order they are applied, those that can be moved; all of them as they are at one moment. */
  names(): Promise<string[]> {
    return this.#page.evaluate<string[]>(
      `[...document.querySelectorAll('[aria-label="Modifiers, in the order they are applied"] [role=switch]')]
        .map((each) => each.getAttribute('aria-label').replace(/^Use /, ''))`,
    )
  }

  /** The line's button that opens it. */
  line(name: string): Locator {
    return this.list.locator('[data-act="open"]').filter({ hasText: name })
  }

  switch(name: string): Locator {
    return this.list.getByRole('switch', { name: `Use ${name}` })
  }

  menu(name: string): Locator {
    return this.list.getByRole('button', { name: `More for ${name}` })
  }

  code(name: string): Locator {
    return this.#page.getByRole('textbox', { name: `Code of ${name}` })
  }

  /** The open one's region, with its state and what is wrong with it. */
  editor(name: string): Locator {
    return this.#page.getByRole('region', { name, exact: true })
  }

  /** Makes one that begins with nothing: modifier.ts. */
  async makeEmpty(): Promise<void> {
    await this.new.click()
    await this.#page.getByRole('dialog').getByRole('button', { name: 'Empty modifier' }).click()
  }

  /** Writes the whole text, as somebody who pastes it. */
  async write(name: string, source: string): Promise<void> {
    const code = this.code(name)
    await code.focus()
    await this.#page.keyboard.press('Control+A')
    await this.#page.keyboard.insertText(source)
  }

  async saveByKey(): Promise<void> {
    await this.#page.keyboard.press('Control+S')
  }

  /** What each row of the comparison says, its cells apart: sign, input, output, time. */
  async rows(): Promise<string[][]> {
    const rows = await this.steps.getByRole('row').all()
    return Promise.all(rows.slice(1).map((row) => row.getByRole('gridcell').allTextContents()))
  }
}
