/** What --help prints: the table of options, and where else they can be written. */
import { flagOf, optionsIn } from '../../contract/options.ts'

const width = 80
const indent = 30

const places = `Most are also environment variables (--hold-ms is SPILLWAY_HOLD_MS; lists are separated by commas,
switches are on or off; an empty one is not set) and keys of the JSON file (holdMs); ${notIn('file')} are not in the file,
${notIn('environment')} only here. The command line wins over the environment, the environment over the file. Only the
file has:`.replaceAll('\n', ' ')

const keyLog = `SSLKEYLOGFILE, a variable that browsers and curl know as well, names a file that the keys of all TLS
connections are appended to, those with clients and those with origins: for Wireshark and its like.`.replaceAll(
  '\n',
  ' ',
)

export function helpText(): string {
  const rows = optionsIn('line').map(([key, { shown, help }]) => row(`${flagOf(key)} ${shown ?? ''}`.trimEnd(), help))
  const fileOnly = optionsIn('file').filter(([, { places }]) => places.length === 1)
  return `Usage: spillway [options]

A debugging HTTP proxy for streaming responses. Point a client at it and watch.

${rows.join('\n')}

${wrapped(places, width).join('\n')}

${fileOnly.map(([key, { help }]) => row(key, help)).join('\n')}

${wrapped(keyLog, width).join('\n')}

Examples:
  spillway --stream 3m
  spillway --web
  spillway --listen 9090 --json | jq .url
  curl --proxy http://127.0.0.1:8080 https://example.com --cacert ca.pem
`
}

/** Options of the command line that cannot be given there; for the file, without those that are given only here. */
function notIn(place: 'file' | 'environment'): string {
  const flags = optionsIn('line')
    .filter(([, { places }]) => !places.includes(place) && (place === 'environment' || places.includes('environment')))
    .map(([key]) => flagOf(key))
  return `${flags.slice(0, -1).join(', ')} and ${flags.at(-1) ?? ''}`
}

function row(name: string, help: string): string {
  const [first = '', ...more] = wrapped(help, width - indent)
  const gap = ' '.repeat(indent)
  const head = name.length + 4 > indent ? `  ${name}\n${gap}${first}` : `  ${name}`.padEnd(indent) + first
  return [head, ...more.map((line) => gap + line)].join('\n')
}

function wrapped(text: string, room: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
