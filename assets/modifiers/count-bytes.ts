/** Counts chunks and bytes of a body and shows them in the console pane; nothing is changed. */
import { log } from 'spillway'

export default async function* (chunks: Chunks, flow: Flow) {
  let count = 0
  let bytes = 0
  for await (const chunk of chunks) {
    count++
    bytes += chunk.length
    yield chunk
  }
  log(flow.request.method, flow.request.url, `${count} chunks, ${bytes} bytes`)
}
