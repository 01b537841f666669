/** What `npm run bench` can be asked for; every default is what the table in README.md was made with. */
import { parseArgs } from 'node:util'

export interface Options {
  readonly rounds: number
  /** Names of contestants; unset: all of them. The relay always runs, it is the zero of the latency rows. */
  readonly only: readonly string[] | undefined
  readonly rows: readonly string[] | undefined
  /** A tenth of the work: shows that everything runs, not how fast. */
  readonly quick: boolean
}

const usage = `usage: npm run bench -- [--rounds N] [--only NAME,…] [--rows ROW,…] [--quick]
  --rounds N   interleaved rounds, the table shows medians (default 5, with --quick 1)
  --only       spillway,haproxy,http-mitm-proxy,mockttp,mitmproxy
  --rows       http-1k,https-1k,http-1g,https-1g,h2-1k,h2-1g,h2-100x10m,ticks,first-byte,new-hosts,modified-64k,
               modified-https-64k,modified-1k,modified-ticks,modified-fair,start,memory
  --quick      a tenth of the work`

const list = (value: string | undefined): string[] | undefined => value?.split(',').map((name) => name.trim())

function refuse(sentence: string): never {
  console.error(`${sentence}\n\n${usage}`)
  process.exit(2)
}

function refuseUnknown(option: string, asked: readonly string[] | undefined, known: readonly string[]): void {
  const unknown = asked?.find((name) => !known.includes(name))
  if (unknown !== undefined) refuse(`${option}: there is no "${unknown}"; known are ${known.join(', ')}`)
}

export function parseOptions(args: string[], known: { contestants: string[]; rows: string[] }): Options {
  const { values } = (() => {
    try {
      return parseArgs({
        args,
        options: {
          rounds: { type: 'string' },
          only: { type: 'string' },
          rows: { type: 'string' },
          quick: { type: 'boolean', default: false },
          help: { type: 'boolean', default: false },
        },
      })
    } catch (error) {
      return refuse(error instanceof Error ? error.message : String(error))
    }
  })()
  if (values.help) {
    console.log(usage)
    process.exit(0)
  }
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 5))
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100)
    refuse(`--rounds: "${values.rounds ?? ''}" is not 1 to 100`)
  const only = list(values.only)
  const rows = list(values.rows)
  refuseUnknown('--only', only, known.contestants)
  refuseUnknown('--rows', rows, known.rows)
  return { rounds, only, rows, quick: values.quick }
}
