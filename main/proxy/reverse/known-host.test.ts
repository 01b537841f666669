import { expect, test } from 'vitest'
import { isKnownHost } from './known-host.ts'

test.each([
  ['127.0.0.1', true],
  ['192.168.1.5', true],
  ['::1', true],
  ['localhost', true],
  ['localhost.', true],
  ['app.localhost', true],
  ['workbench', true],
  ['workbench.local', true],
  ['host.docker.internal', true],
  ['nas.home.arpa', true],
  ['api.example.com', true],
  ['dev.corp.example', true],
  ['rebound.example', false],
  ['api.example.com.rebound.example', false],
  ['127.0.0.1.nip.example', false],
  ['localhost.rebound.example', false],
  ['local.example', false],
  ['homexarpa.example', false],
])('%s: %s', (asked, known) => {
  expect(isKnownHost(asked, 'api.example.com', 'Dev.corp.example')).toBe(known)
})
