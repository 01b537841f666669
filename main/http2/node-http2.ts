import type * as Http2 from 'node:http2'

/** Loaded when somebody speaks it: most programs would else begin with what none of their clients needs. */
export const http2 = (): typeof Http2 => process.getBuiltinModule('node:http2')
