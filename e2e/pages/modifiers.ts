/** The modifiers: their list, the editor of the open one, its dry run. */
import type { Locator, Page } from '@playwright/test'
import { expect } from 'vitest'

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

  /** Switches off all that are on, of those whose order is the user's. */
  async allOff(): Promise<void> {
    for (const name of await this.names()) {
      const [on, off] = [true, false].map((checked) => this.list.getByRole('switch', { name: `Use ${name}`, checked }))
      if ((await on!.count()) > 0) await on!.click()
      await off!.waitFor()
    }
  }

  /** Closes the dry run, and what is open below the code. */
  async closePanes(): Promise<void> {
    const close = this.#page.getByRole('main').getByRole('button', { name: 'Close', exact: true })
    while ((await close.count()) > 0) await close.first().click()
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

  /** Makes one that begins with nothing, which is then the open one; its name, modifier.ts for the first. */
  async makeEmpty(): Promise<string> {
    const before = await this.#open()
    await this.new.click()
    await this.#page.getByRole('dialog').getByRole('button', { name: 'Empty modifier' }).click()
    await expect.poll(() => this.#open(), { interval: 20 }).toSatisfy((name) => name !== null && name !== before)
    return (await this.#open()) ?? ''
  }

  /** The name of the open one. */
  #open(): Promise<string | null> {
    return this.#page.evaluate<string | null>(
      `document.querySelector('[data-line]:has([data-act="open"][aria-current="true"]) [role=switch]')
        ?.getAttribute('aria-label').replace(/^Use /, '') ?? null`,
    )
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

  /**
   * What each row of the comparison says, its cells apart: sign, input, output, time. All as they are at one moment, when
   * what was scrolled is drawn: a question for each cell took most of a test's time.
   */
  async rows(): Promise<string[][]> {
    await this.steps.waitFor()
    return this.#page.evaluate<string[][]>(`(async () => {
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
      return [...document.querySelectorAll('[aria-label="Dry run"] [role=grid] [role=row]')].slice(1)
        .map((row) => [...row.querySelectorAll('[role=gridcell]')]
          .filter((cell) => !cell.closest('[aria-hidden=true]'))
          .map((cell) => cell.textContent))
    })()`)
  }
}
