/**
 * The built-in event stream for dry runs: an answer as a language model sends it, with what makes such streams hard.
 * Names are spread over several events, an event is cut by the network and two come in one chunk; there are comments
 * that keep the connection alive, a wait before the first word, and a pause in the middle. Each of the starters has
 * something to do in it: a foo that is cut, a ping, a field to hide, more than a few kilobytes.
 */
import type { ModifierFlow } from '../../../../main/model/modifier.ts'
import type { TimedChunk } from './timed-chunk.ts'

export const sampleFlow: ModifierFlow = {
  id: 1,
  client: { address: '127.0.0.1' },
  request: {
    method: 'POST',
    url: 'https://api.example.com/v1/chat/completions',
    httpVersion: '1.1',
    headers: [
      ['Host', 'api.example.com'],
      ['Content-Type', 'application/json'],
      ['Accept', 'text/event-stream'],
    ],
  },
  response: {
    status: 200,
    httpVersion: '1.1',
    headers: [
      ['Content-Type', 'text/event-stream; charset=utf-8'],
      ['Cache-Control', 'no-cache'],
      ['Transfer-Encoding', 'chunked'],
    ],
  },
}

const head = {
  id: 'chatcmpl-41',
  object: 'chat.completion.chunk',
  created: 1_790_000_000,
  model: 'example-large',
  system_fingerprint: 'fp_5b2c',
}

const event = (value: object): string => `data: ${JSON.stringify({ ...head, ...value })}\n\n`
const delta = (delta: object, finish_reason: string | null = null): string =>
  event({ choices: [{ index: 0, delta, finish_reason }] })
const say = (content: string): string => delta({ content })

/** Milliseconds since the chunk before, and what came. */
const script: [after: number, text: string][] = [
  [0, ': connected\n\n'],
  [420, ': keep-alive\n\n'],
  [310, delta({ role: 'assistant', content: '' })],
  [6, say('Dear')],
  [31, say(' Ada')],
  [28, say(' Love')],
  [24, say('lace')],
  [35, say(',\n\n')],
  [41, say('your') + say(' appointment')],
  [38, say(' with')],
  [30, say(' Dr')],
  [27, say('.')],
  [33, say(' Grace')],
  [29, say(' Hop')],
  [22, say('per')],
  [36, say(' is')],
  [32, say(' on')],
  [45, say(' Thursday')],
  [31, say(' at')],
  [28, say(' 10')],
  [25, say(':')],
  [21, say('30')],
  [29, say(' in')],
  [31, say(' room')],
  [26, say(' foo')],
  [34, say('.')],
  [520, ': keep-alive\n\n'],
  [260, 'event: ping\ndata: {"type":"ping"}\n\n'],
  [40, say(' Please')],
  [30, say(' bring')],
  [33, say(' café')],
  [29, say(' receipts')],
  [37, say(' and')],
  [26, say(' write')],
  [31, say(' to')],
  [44, say(' grace')],
  [23, say('@example')],
  [25, say('.com')],
  [30, say(' if')],
  [27, say(' you')],
  [33, say(' are')],
  [35, say(' late')],
  [28, say('. 🙂')],
  [47, delta({}, 'stop')],
  [9, event({ choices: [], usage: { prompt_tokens: 58, completion_tokens: 41, total_tokens: 99 } })],
  [4, 'data: [DONE]\n\n'],
]

/** Where a chunk of the script is cut in two: within a name, a word, and a letter of several bytes. */
const cuts: [text: string, behind: number][] = [
  ['Hopper'.slice(0, 3), 2],
  ['foo', 2],
  ['café', 4],
]
const cutMs = 3

/** The sample as it would come over a network: cut within words and characters, with times in milliseconds. */
export function sampleChunks(): TimedChunk[] {
  const chunks: TimedChunk[] = []
  let atMs = 0
  for (const [after, text] of script) {
    atMs += after
    const bytes = Buffer.from(text)
    const at = cutOf(bytes)
    if (at > 0) {
      chunks.push({ bytes: bytes.subarray(0, at), atMs })
      atMs += cutMs
    }
    chunks.push({ bytes: bytes.subarray(at), atMs })
  }
  return chunks
}

function cutOf(bytes: Buffer): number {
  for (const [text, behind] of cuts) {
    const at = bytes.indexOf(text)
    if (at !== -1) return at + behind
  }
  return 0
}
