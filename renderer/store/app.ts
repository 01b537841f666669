/** What the host is, and its CA certificate: asked once per connection, when somebody wants to know. */
import { useEffect, useState } from 'react'
import type { CallName, Output } from '../../app/contract/contract.ts'
import type { CallFault } from '../../app/contract/wire.ts'
import { client, faultOf, useConnection } from '../client/index.ts'

export type Asked<T> = { value?: T; fault?: CallFault }

function useAsked<N extends Extract<CallName, 'app.info' | 'ca.get'>>(name: N): Asked<Output<N>> {
  const [asked, setAsked] = useState<Asked<Output<N>>>({})
  const { status } = useConnection()
  useEffect(() => {
    if (status !== 'connected') return
    const gone = new AbortController()
    client.call(name, undefined, gone.signal).then(
      (value) => {
        setAsked({ value })
      },
      (error: unknown) => {
        const fault = faultOf(error)
        if (fault.code !== 'CANCELLED' && fault.code !== 'CLOSED') setAsked({ fault })
      },
    )
    return () => {
      gone.abort()
    }
  }, [name, status])
  return asked
}

export const useAppInfo = (): Asked<Output<'app.info'>> => useAsked('app.info')
export const useCertificate = (): Asked<Output<'ca.get'>> => useAsked('ca.get')
