/** What --help prints: the table of options, and where else they can be written. */
import { flagOf, optionsIn } from '../../contract/options.ts'

const width = 80
const indent = 30

export function helpText(): string {
  const rows = optionsIn('line').map(([key, { shown, help }]) => row(`${flagOf(key)} ${shown ?? ''}`.trimEnd(), help))
  const fileOnly = optionsIn('file').filter(([, { places }]) => places.length === 1)
  return `Usage: spillway [options]

A debugging HTTP proxy for streaming responses. Point a client at it and watch.

${rows.join('\n')}

Each is also an environment variable (--hold-ms is SPILLWAY_HOLD_MS; lists are
separated by commas, switches are on or off; an empty one is not set) and a key
of the JSON file (holdMs). The command line wins over the environment, the
environment over the file. Only the file has:

${fileOnly.map(([key, { help }]) => row(key, help)).join('\n')}

Examples:
  spillway --stream 3m
  spillway --web
  spillway --listen 9090 --json | jq .url
  curl --proxy http://127.0.0.1:8080 https://example.com --cacert ca.pem
`
}

function row(name: string, help: string): string {
  const [first = '', ...more] = wrapped(help)
  const gap = ' '.repeat(indent)
  const head = name.length + 4 > indent ? `  ${name}\n${gap}${first}` : `  ${name}`.padEnd(indent) + first
  return [head, ...more.map((line) => gap + line)].join('\n')
}

function wrapped(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width - indent) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
