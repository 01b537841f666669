/** The application menu as a list of what could be clicked. Templates are checked as Electron checks them. */
export type Item = Pick<Electron.MenuItemConstructorOptions, 'id' | 'label' | 'role' | 'accelerator' | 'enabled'> & {
  click?: () => void
  items: Item[]
}

export class Menu {
  static current: Menu | undefined
  readonly items: Item[]

  private constructor(items: Item[]) {
    this.items = items
  }

  static buildFromTemplate(template: Electron.MenuItemConstructorOptions[]): Menu {
    return new Menu(template.map(itemOf))
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.current = menu ?? undefined
  }

  /** Every item, in order. */
  all(items = this.items): Item[] {
    return items.flatMap((item) => [item, ...this.all(item.items)])
  }
}

function itemOf(given: Electron.MenuItemConstructorOptions): Item {
  const { id, label, role, accelerator, enabled = true, type, click, submenu } = given
  if (label === undefined && role === undefined && type !== 'separator') throw new TypeError('a menu item has no label')
  const items = Array.isArray(submenu) ? submenu.map(itemOf) : []
  // Electron gives the item, a window and the event; Spillway's shell takes none of them.
  const act = click ? () => (click as () => void)() : undefined
  return {
    enabled,
    items,
    ...(id === undefined ? {} : { id }),
    ...(label === undefined ? {} : { label }),
    ...(role === undefined ? {} : { role }),
    ...(accelerator === undefined ? {} : { accelerator }),
    ...(act ? { click: act } : {}),
  }
}
