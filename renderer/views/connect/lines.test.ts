import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { fish, posix, powershell, proxyOf, snippets, type Platform, type Tool } from './lines.ts'

const nasty = `/home/o'brien/$(touch x) "ca"/ca.pem`
const place = { host: '127.0.0.1', port: 8080, ca: nasty }
const one = (tool: Tool, platform: Platform = 'linux'): string => snippets(tool, place, platform)[0]?.text ?? ''
const inShell = (script: string): string => execFileSync('sh', ['-c', script], { encoding: 'utf8' })

test('the proxy as clients reach it', () => {
  expect(proxyOf({ host: '127.0.0.1', port: 1 })).toBe('http://127.0.0.1:1')
  expect(proxyOf({ host: '0.0.0.0', port: 1 })).toBe('http://127.0.0.1:1')
  expect(proxyOf({ host: '::', port: 1 })).toBe('http://[::1]:1')
  expect(proxyOf({ host: 'fe80::1%eth0', port: 1 })).toBe('http://[fe80::1]:1')
  expect(proxyOf({ host: 'localhost', port: 1 })).toBe('http://localhost:1')
})

test('a proxy that wants credentials has a place for them in every line but those of browsers, which ask', () => {
  const tools = ['curl', 'bash', 'fish', 'powershell', 'node', 'python', 'git', 'docker', 'chrome', 'firefox'] as const
  const withPlace = tools.filter((tool) =>
    snippets(tool, { ...place, asks: true }, 'linux').every(({ text }) => text.includes('http://USER:PASSWORD@')),
  )
  expect(withPlace).toEqual(tools.slice(0, -2))
})

describe('quoting', () => {
  test.each(['', 'plain', `it's`, '$(id) `id`', 'a\\b', '"', '\n', '!', '*', '~', '-x'])(
    'a POSIX shell reads back %j',
    (text) => {
      expect(inShell(`printf %s ${posix(text)}x`)).toBe(`${text}x`)
    },
  )
  test('fish and PowerShell by their rules', () => {
    expect(fish(`it's a\\b $x`)).toBe(`'it\\'s a\\\\b $x'`)
    expect(powershell(`it's $x \u2019`)).toBe(`'it''s $x \u2019\u2019'`)
  })
})

test("a shell's lines set what they say, and run nothing", () => {
  const said = inShell(`${one('bash')}\nprintf '%s|' "$https_proxy" "$HTTP_PROXY" "$SSL_CERT_FILE" "$NO_PROXY"`)
  expect(said).toBe(`http://127.0.0.1:8080|http://127.0.0.1:8080|${nasty}||`)
  expect(one('fish')).toContain(`set -gx SSL_CERT_FILE '/home/o\\'brien/$(touch x) "ca"/ca.pem'`)
  expect(one('powershell')).toContain(`$env:SSL_CERT_FILE = '/home/o''brien/$(touch x) "ca"/ca.pem'`)
})

test.each(['curl', 'git', 'node', 'python', 'chrome', 'docker'] as const)(
  '%s gets the proxy and the CA as it is',
  (tool) => {
    const command = one(tool).replace(/^((?:\w+=.*\\\n\s*)*)/, 'env $1')
    // `env` and the tool are replaced by printf, so that the shell only says which words it read.
    const words = inShell(`printf '%s\\0' ${command}`).split('\0')
    expect(words.some((word) => word.includes('http://127.0.0.1:8080'))).toBe(true)
    if (tool !== 'chrome') expect(words.some((word) => word.includes(nasty))).toBe(true)
  },
)

test('a container on Linux shares the network, elsewhere it asks for its host', () => {
  expect(snippets('docker', place, 'linux').map(({ name }) => name)).toEqual(['docker-linux', 'docker-desktop'])
  expect(one('docker')).toContain('--network host')
  expect(one('docker', 'darwin')).toContain('http://host.docker.internal:8080')
})

test("Firefox's lines are JavaScript that sets the port as a number", () => {
  const set = new Map<string, unknown>()
  const lines = one('firefox')
  for (const [, name, value] of lines.matchAll(/^user_pref\((".*?"), (.*)\);$/gm))
    set.set(String(JSON.parse(name!)), JSON.parse(value!))
  expect(set.size).toBe(lines.split('\n').length)
  expect(set.get('network.proxy.ssl_port')).toBe(8080)
  expect(set.get('network.proxy.http')).toBe('127.0.0.1')
})

test('every tool has lines on every system', () => {
  const tools = ['curl', 'bash', 'fish', 'powershell', 'node', 'python', 'git', 'docker', 'chrome', 'firefox'] as const
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    for (const tool of tools) for (const { text } of snippets(tool, place, platform)) expect(text).toContain('8080')
  }
})
