/** What to paste, and where, so that a program sends its traffic through Spillway. Pure; every value is quoted for its shell. */

export type Place = {
  host: string
  port: number
  /** The CA certificate on this machine. */
  ca: string
  /** The proxy wants a user and a password: the lines have a place for them. */
  asks?: boolean
}
export type Snippet = { name: string; text: string }
export type Tool = 'curl' | 'bash' | 'fish' | 'powershell' | 'node' | 'python' | 'git' | 'docker' | 'chrome' | 'firefox'
export type Platform = 'linux' | 'darwin' | 'win32'

/** Between single quotes nothing is special to a POSIX shell but the quote itself. */
export const posix = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
/** fish knows the backslash within single quotes. */
export const fish = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
/** PowerShell doubles the quote, and takes typographic ones for quotes too. */
export const powershell = (text: string): string => `'${text.replaceAll(/['\u2018-\u201b]/g, '$&$&')}'`

/** Where clients reach a proxy that listens on every address of this machine: on this machine. */
export function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1'
  if (host === '::') return '::1'
  return host
}

/** To be replaced by who pastes it: a secret that is shown is none for long. */
export const placeholder = 'USER:PASSWORD'

export const proxyOf = ({ host, port, asks = false }: Omit<Place, 'ca'>): string => {
  const to = reachable(host)
  return `http://${asks ? `${placeholder}@` : ''}${to.includes(':') ? `[${to.replace(/%.*$/, '')}]` : to}:${port}`
}

/** The names by which programs look for a proxy and for CAs. Only the lower case of http_proxy is heard everywhere. */
const proxyNames = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY']
const caNames = ['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS', 'GIT_SSL_CAINFO']

function variables(place: Place): [name: string, value: string][] {
  const proxy = proxyOf(place)
  return [
    ...proxyNames.map((name): [string, string] => [name, proxy]),
    ['no_proxy', ''],
    ['NO_PROXY', ''],
    ['NODE_USE_ENV_PROXY', '1'],
    ...caNames.map((name): [string, string] => [name, place.ca]),
  ]
}

/** Lines of one tool; most have one, some one per situation. */
export function snippets(tool: Tool, place: Place, platform: Platform): Snippet[] {
  const proxy = proxyOf(place)
  const shell = platform === 'win32' ? powershell : posix
  const ca = shell(place.ca)
  const url = shell(proxy)
  switch (tool) {
    case 'curl':
      return [
        {
          name: 'one',
          text: `${platform === 'win32' ? 'curl.exe' : 'curl'} --proxy ${url} --cacert ${ca} https://example.com/`,
        },
      ]
    case 'bash':
      return [
        {
          name: 'session',
          text: variables(place)
            .map(([name, value]) => `export ${name}=${posix(value)}`)
            .join('\n'),
        },
      ]
    case 'fish':
      return [
        {
          name: 'session',
          text: variables(place)
            .map(([name, value]) => `set -gx ${name} ${fish(value)}`)
            .join('\n'),
        },
      ]
    case 'powershell':
      // Names are the same in either case on Windows.
      return [
        {
          name: 'session',
          text: variables(place)
            .filter(([name]) => name === name.toUpperCase())
            .map(([name, value]) => `$env:${name} = ${powershell(value)}`)
            .join('\n'),
        },
      ]
    case 'node':
      return [
        {
          name: 'one',
          text: run(
            platform,
            [
              ['NODE_USE_ENV_PROXY', '1'],
              ['HTTP_PROXY', proxy],
              ['HTTPS_PROXY', proxy],
              ['NODE_EXTRA_CA_CERTS', place.ca],
            ],
            'node app.js',
          ),
        },
      ]
    case 'python':
      return [
        {
          name: 'one',
          text: run(
            platform,
            [
              ['HTTP_PROXY', proxy],
              ['HTTPS_PROXY', proxy],
              ['SSL_CERT_FILE', place.ca],
              ['REQUESTS_CA_BUNDLE', place.ca],
            ],
            'python app.py',
          ),
        },
      ]
    case 'git':
      return [
        {
          name: 'one',
          text: `git -c http.proxy=${url} -c http.sslCAInfo=${ca} clone https://example.com/repository.git`,
        },
      ]
    case 'docker':
      return docker(place, platform)
    case 'chrome':
      return [{ name: 'profile', text: chrome(proxyOf({ ...place, asks: false }), platform) }]
    case 'firefox':
      return [{ name: 'prefs', text: firefox(place) }]
    default:
      return tool satisfies never
  }
}

function run(platform: Platform, values: [string, string][], command: string): string {
  if (platform === 'win32')
    return [...values.map(([name, value]) => `$env:${name} = ${powershell(value)}`), command].join('\n')
  return [...values.map(([name, value]) => `${name}=${posix(value)}`), command].join(' \\\n  ')
}

function docker(place: Place, platform: Platform): Snippet[] {
  const shell = platform === 'win32' ? powershell : posix
  const inside = '/etc/spillway-ca.pem'
  const command = (network: string[], host: string): string =>
    [
      'docker run --rm',
      ...network,
      ...['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map(
        (name) => `-e ${shell(`${name}=${proxyOf({ ...place, host })}`)}`,
      ),
      ...['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE'].map((name) => `-e ${name}=${inside}`),
      `-v ${shell(`${place.ca}:${inside}:ro`)}`,
      'IMAGE',
    ].join(platform === 'win32' ? ' `\n  ' : ' \\\n  ')
  const desktop = { name: 'docker-desktop', text: command([], 'host.docker.internal') }
  // The host's loopback is only reachable from a Linux container that shares its network.
  return platform === 'linux'
    ? [{ name: 'docker-linux', text: command(['--network host'], place.host) }, desktop]
    : [desktop]
}

const chromes: Record<Platform, string> = {
  linux: 'google-chrome',
  darwin: "'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'",
  win32: `& "$env:ProgramFiles\\Google\\Chrome\\Application\\chrome.exe"`,
}

/** A profile of its own: an open Chrome would ignore the flags. */
function chrome(proxy: string, platform: Platform): string {
  const profile =
    platform === 'win32'
      ? '"--user-data-dir=$env:TEMP\\spillway-chrome"'
      : '--user-data-dir="${TMPDIR:-/tmp}/spillway-chrome"'
  const shell = platform === 'win32' ? powershell : posix
  const flags = [profile, shell(`--proxy-server=${proxy}`), `'--proxy-bypass-list=<-loopback>'`, '--no-first-run']
  return `${chromes[platform]} ${flags.join(' ')}`
}

/** Lines for user.js in a profile's folder. */
function firefox(place: Place): string {
  const host = JSON.stringify(reachable(place.host))
  return [
    ['network.proxy.type', '1'],
    ['network.proxy.http', host],
    ['network.proxy.http_port', String(place.port)],
    ['network.proxy.ssl', host],
    ['network.proxy.ssl_port', String(place.port)],
    ['network.proxy.no_proxies_on', '""'],
    ['network.proxy.allow_hijacking_localhost', 'true'],
    ['security.enterprise_roots.enabled', 'true'],
  ]
    .map(([name = '', value = '']) => `user_pref(${JSON.stringify(name)}, ${value});`)
    .join('\n')
}
