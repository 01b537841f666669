/**
 * A tab on Spillway's window in a context of its own. `await using` it: at its end it complains of every error on the
 * console (a breach of the content security policy is one), every exception nobody caught and every dialog.
 */
import type { Browser, Locator, Page } from '@playwright/test'
import { CaptureBar } from './capture-bar.ts'
import { FlowList } from './flow-list.ts'
import { Inspector } from './inspector.ts'
import { ModifiersPanel } from './modifiers.ts'
import { SettingsPanel } from './settings.ts'

export type Look = { dark?: boolean; width?: number; height?: number }

export class SpillwayWindow implements AsyncDisposable {
  readonly page: Page
  readonly capture: CaptureBar
  readonly flows: FlowList
  readonly inspector: Inspector
  readonly modifiers: ModifiersPanel
  readonly settings: SettingsPanel
  /** What went wrong in the page so far. */
  readonly problems: string[] = []
  /** Those that a test brings about itself. */
  expected: RegExp | undefined

  readonly #isOurs: boolean
  /** How an app tells what is on the clipboard, where its page may not ask. */
  #copied: (() => Promise<string>) | undefined

  /** `isOurs`: its context ends with the test. */
  constructor(page: Page, isOurs = true) {
    this.page = page
    this.#isOurs = isOurs
    this.capture = new CaptureBar(page)
    this.flows = new FlowList(page)
    this.inspector = new Inspector(page)
    this.modifiers = new ModifiersPanel(page)
    this.settings = new SettingsPanel(page)
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text())
    })
    page.on('pageerror', (error) => this.problems.push(`exception: ${error.message}`))
    page.on('dialog', (dialog) => {
      this.problems.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
  }

  /** Opens the address in a new context; waits until the window knows its host. */
  static async open(
    browser: Browser,
    url: string,
    { dark = false, width, height }: Look = {},
  ): Promise<SpillwayWindow> {
    const viewport = { width: width ?? 1360, height: height ?? 820 }
    const context = await browser.newContext({ colorScheme: dark ? 'dark' : 'light', viewport })
    context.setDefaultTimeout(20_000)
    const window = new SpillwayWindow(await context.newPage())
    await window.page.goto(url)
    await window.ready()
    return window
  }

  /** The one window of an app that is open already, and goes on after the test. */
  static async of(
    page: Page,
    { dark = false, width, height }: Look = {},
    copied?: () => Promise<string>,
  ): Promise<SpillwayWindow> {
    page.setDefaultTimeout(20_000)
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
    await page.setViewportSize({ width: width ?? 1360, height: height ?? 820 })
    const window = new SpillwayWindow(page, false)
    window.#copied = copied
    await window.ready()
    return window
  }

  /** Lets a test look at the clipboard; before anything is copied. */
  async watchClipboard(): Promise<() => Promise<string>> {
    if (this.#copied) return this.#copied
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    return () => this.page.evaluate<string>('navigator.clipboard.readText()')
  }

  async ready(): Promise<void> {
    await this.capture.status.waitFor()
  }

  go(view: 'Flows' | 'Modifiers' | 'Settings'): Promise<void> {
    return this.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click()
  }

  /** What is said when the window has lost its host, or is not let in. */
  get alert(): Locator {
    return this.page.getByRole('main').getByRole('alert')
  }

  /** Throws what the page has complained of since it was asked last. */
  complain(): void {
    const { expected } = this
    const unexpected = this.problems.splice(0).filter((problem) => !expected?.test(problem))
    if (unexpected.length > 0) throw new Error(`the page complained:\n${unexpected.join('\n')}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOurs) await this.page.context().close()
    this.complain()
  }
}
