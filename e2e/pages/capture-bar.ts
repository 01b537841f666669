/** The bar at the top: capture, proxy address, filter, size rule, clear; and the status bar, which says the same. */
import type { Locator, Page } from '@playwright/test'

export class CaptureBar {
  readonly start: Locator
  readonly stop: Locator
  readonly connect: Locator
  readonly filter: Locator
  readonly clear: Locator
  /** "Stopped", "Capturing on 127.0.0.1:8080", or why not. */
  readonly status: Locator
  /** "12 of 340 flows" and the like are in here. */
  readonly footer: Locator
  readonly bar: Locator

  constructor(page: Page) {
    this.bar = page.getByRole('banner')
    this.start = this.bar.getByRole('button', { name: 'Start capture' })
    this.stop = this.bar.getByRole('button', { name: 'Stop capture' })
    this.connect = this.bar.getByRole('button', { name: 'Connect a client' })
    this.filter = this.bar.getByRole('textbox', { name: 'Filter' })
    this.clear = this.bar.getByRole('button', { name: 'Clear', exact: true })
    this.footer = page.getByRole('contentinfo')
    this.status = this.footer.getByRole('status')
  }

  /** Shows the size rule and leads to it. */
  sizeRule(name: string): Locator {
    return this.bar.getByRole('button', { name, exact: true })
  }

  /** The proxy's address as the bar shows it; waits until there is one. */
  async proxy(): Promise<string> {
    return (await this.bar.getByRole('code').textContent()) ?? ''
  }
}
