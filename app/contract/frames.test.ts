import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calls, type CallName } from './contract.ts'
import { decode, encode, FrameError, hello } from './frames.ts'
import type { ToHost, ToWindow } from './wire.ts'

/** JSON has no -0; everything else that it has comes back as it was. */
const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)
const bytes = fc.uint8Array({ maxLength: 5000 })
const object = fc.dictionary(fc.string(), json).map((entries) => {
  delete entries['bytes']
  return entries
})
const withBytes = fc.tuple(object, bytes).map(([entries, own]) => ({ ...entries, bytes: own }))
const step = fc.oneof(json, object, fc.record({ kind: fc.constant('in'), chunk: withBytes }))
const withSteps = fc.tuple(object, fc.array(step)).map(([entries, steps]) => ({ ...entries, steps }))
const id = fc.nat()
const call = fc.constantFrom(...(Object.keys(calls) as CallName[]))

// Their values are of any shape here: the schemas look at them behind the wire.
const toHost = fc.oneof(
  fc.record({ id, call, input: fc.oneof(json, withBytes) }),
  fc.record({ cancel: id }),
) as fc.Arbitrary<ToHost>
const toWindow = fc.oneof(
  fc.record({ id, ok: fc.constant(true), value: fc.oneof(json, withBytes, withSteps) }),
  fc.record({ id, ok: fc.constant(false), error: fc.record({ code: fc.constant('GONE'), message: fc.string() }) }),
  fc.record({ event: fc.constant('flows'), value: object }),
) as fc.Arbitrary<ToWindow>

/** A frame as a socket gives it: within a larger buffer, at an odd place. */
function received(frame: string | Uint8Array): string | Uint8Array {
  if (typeof frame === 'string') return frame
  const larger = new Uint8Array(frame.length + 10).fill(0xee)
  larger.set(frame, 3)
  return larger.subarray(3, 3 + frame.length)
}

describe('what goes in comes out', () => {
  test.each([
    ['to the host', toHost],
    ['to the window', toWindow],
  ] as [string, fc.Arbitrary<ToHost | ToWindow>][])('%s', (_, messages) => {
    fc.assert(
      fc.property(messages, (message) => {
        const got = decode(received(encode(message)))
        expect(got).toEqual(message)
      }),
      { numRuns: 500 },
    )
  })

  test('undefined is absent, which the schemas take for the same', () => {
    const message = { id: 1, ok: true, value: { bytes: new Uint8Array([1]), total: 1, problem: undefined } } as const
    expect(decode(encode(message))).toStrictEqual({ id: 1, ok: true, value: { bytes: new Uint8Array([1]), total: 1 } })
    expect(decode(encode({ id: 1, call: 'app.info', input: undefined }))).toStrictEqual({ id: 1, call: 'app.info' })
  })

  test('only bytes make a frame binary, and it holds them once', () => {
    expect(encode({ id: 1, ok: true, value: { bytes: 12 } })).toBe('{"id":1,"ok":true,"value":{"bytes":12}}')
    const frame = encode({ id: 1, ok: true, value: { bytes: new Uint8Array([7, 8]) } })
    const text = '{"id":1,"ok":true,"value":{}}'
    expect(frame).toEqual(new Uint8Array([0, 0, 0, text.length, ...new TextEncoder().encode(text), 7, 8]))
  })

  test('chunks of a dry run share one frame, and each has its own bytes again', () => {
    const chunk = (...bytes: number[]): object => ({ chunk: { bytes: new Uint8Array(bytes), length: 9 } })
    const value = { steps: [chunk(1, 2), { kind: 'log', text: 'x' }, chunk(), chunk(3)], position: 4 }
    const frame = encode({ id: 1, ok: true, value })
    expect(frame).toBeInstanceOf(Uint8Array)
    expect(frame.slice(-3)).toEqual(new Uint8Array([1, 2, 3]))
    expect(decode(frame)).toStrictEqual({ id: 1, ok: true, value })
  })

  test('the frame is a copy', () => {
    const own = new Uint8Array([1, 2, 3])
    const frame = encode({ id: 1, ok: true, value: { bytes: own } })
    own.fill(9)
    expect(decode(frame)).toMatchObject({ value: { bytes: new Uint8Array([1, 2, 3]) } })
  })

  test('hello', () => expect(decode(hello('a-b_c'))).toEqual({ token: 'a-b_c' }))
})

describe('what no end of ours has made', () => {
  test('gives a JSON value or a FrameError, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          fc.string(),
          json.map((value) => JSON.stringify(value)),
        ),
        (frame) => {
          try {
            decode(frame)
          } catch (error) {
            expect(error).toBeInstanceOf(FrameError)
          }
        },
      ),
      { numRuns: 1000 },
    )
  })

  const binary = (text: string, length = text.length): Uint8Array =>
    new Uint8Array([0, 0, length >> 8, length, ...Buffer.from(text, 'latin1'), 1, 2])

  test.each<[string, string | Uint8Array, string]>([
    ['no JSON', '{', 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['an empty binary frame', new Uint8Array(), 'too few'],
    ['a length beyond the frame', binary('{}', 500), 'ends behind the frame'],
    ['no UTF-8', binary('"\xff"'), 'not UTF-8'],
    ['more than there is', binary('{"value":{"steps":[{"chunk":{}}]},"lengths":[3]}'), 'not those of its chunks'],
    ['less than nothing', binary('{"value":{"steps":[{"chunk":{}}]},"lengths":[-1]}'), 'not those of its chunks'],
    ['lengths of nothing', binary('{"value":{"steps":[7]},"lengths":[1]}'), 'not those of its chunks'],
    ['bytes twice', binary('{"value":{"bytes":[1]}}'), 'bytes of its own'],
  ])('%s', (_, frame, said) => {
    expect(() => decode(frame)).toThrow(said)
  })

  test('bytes without a place for them are left out', () => {
    expect(decode(binary('[1]'))).toEqual([1])
    expect(decode(binary('{"value":3}'))).toEqual({ value: 3 })
  })

  test('a key of the prototype stays a key', () => {
    const got = decode('{"id":1,"ok":true,"value":{"__proto__":{"a":1}}}') as { value: object }
    expect(Object.getPrototypeOf(got.value)).toBe(Object.prototype)
  })
})
