/** The least a Node process between two sockets can do: the zero of the latency rows. Arguments: port, origin's port. */
import { connect, createServer } from 'node:net'

const [port, originPort] = process.argv.slice(2)
createServer({ noDelay: true }, (client) => {
  const origin = connect({ port: Number(originPort), host: '127.0.0.1', noDelay: true })
  client.on('data', (data) => origin.write(data))
  origin.on('data', (data) => client.write(data))
  for (const socket of [client, origin]) {
    socket.on('error', () => undefined)
    socket.on('close', () => {
      client.destroy()
      origin.destroy()
    })
  }
}).listen(Number(port), '127.0.0.1')
