import { clock, FullDate } from '../lockdown.ts'

type DateArguments = ConstructorParameters<typeof Date>

/** The language's Date. That of hardened JavaScript does not know what time it is. */
export const ownDate: object = (() => {
  function SafeDate(...given: unknown[]): unknown {
    // Called as a function; its type here would be that of a constructor.
    // oxlint-disable-next-line typescript/no-unnecessary-condition
    if (new.target === undefined) return new FullDate(clock.now()).toString()
    const values = given.length === 0 ? [clock.now()] : given
    return Reflect.construct(FullDate, values as unknown as DateArguments, new.target)
  }
  // A function's own properties are made as they are of the real one.
  Object.defineProperties(SafeDate, {
    name: { value: 'Date' },
    length: { value: 7 },
    prototype: { value: FullDate.prototype, writable: false },
    now: { value: () => clock.now(), configurable: true, writable: true },
    parse: { value: (text: string) => FullDate.parse(text), configurable: true, writable: true },
    UTC: {
      value: (...parts: Parameters<typeof Date.UTC>) => FullDate.UTC(...parts),
      configurable: true,
      writable: true,
    },
  })
  return SafeDate
})()

/** The language's Math, with chance. */
export function ownMath(): object {
  const random: PropertyDescriptor = { value: () => clock.random(), configurable: true, writable: true }
  const math: unknown = Object.create(Object.prototype, { ...Object.getOwnPropertyDescriptors(Math), random })
  return math as object
}
