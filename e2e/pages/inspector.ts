/** What is beside the list: one flow. */
import type { Locator, Page } from '@playwright/test'

export const inspectorTabs = ['Overview', 'Request', 'Response'] as const

export class Inspector {
  readonly region: Locator
  readonly close: Locator
  /** What is recorded of a body, in whatever view. */
  readonly body: Locator
  /** The messages of a WebSocket, and the one that is chosen. */
  readonly messages: Locator
  readonly message: Locator
  constructor(page: Page) {
    this.region = page.getByRole('region', { name: 'Inspector' })
    this.body = this.region.getByLabel('Body content')
    this.messages = this.region.getByRole('grid', { name: 'Messages of this WebSocket' })
    this.message = this.region.getByRole('region', { name: 'The chosen message' })
    this.close = this.region.getByRole('button', { name: 'Close the inspector' })
  }

  async tab(name: (typeof inspectorTabs)[number] | 'Messages'): Promise<void> {
    await this.region.getByRole('tab', { name }).click()
  }

  /** The link from a delivery, or a body that was not recorded, to the setting that decided. */
  link(name: string): Locator {
    return this.region.getByRole('button', { name }).first()
  }

  says(text: string | RegExp): Locator {
    return this.region.getByText(text).first()
  }
}
