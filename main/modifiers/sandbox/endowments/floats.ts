const names = ['Float16Array', 'Float32Array', 'Float64Array'] as const

/**
 * Arrays of floating point numbers, which SES repairs and hardens as all of the language, and keeps from compartments for
 * one reason: the bits of a NaN may tell parties of one process something. Here there is one party. Float16Array is
 * missing on older runtimes.
 */
export const floats: Readonly<Record<string, unknown>> = Object.fromEntries(
  names.flatMap((name) => (name in globalThis ? [[name, Reflect.get(globalThis, name)]] : [])),
)
