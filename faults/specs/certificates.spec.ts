/**
 * What becomes of an origin's certificate while the engine runs: it is renewed, replaced, runs out, or is no good. For
 * clients of HTTP/1.1 and of HTTP/2, each of which has an origin that speaks the same.
 */
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { expect, test } from 'vitest'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificate, run, temporaryFolder, type Made } from '../../main/certificates/testing.ts'
import { startEngine, type TestEngine } from '../../main/testing/engine.ts'
import { http2Over, type Http2Client } from '../../main/testing/http2-ends.ts'
import { connectSecureSocket } from '../../main/testing/raw-client.ts'
