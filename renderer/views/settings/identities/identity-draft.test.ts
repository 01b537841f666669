import { expect, test } from 'vitest'
import { draftOf, emptyDraft, faultAt, identityOf } from './identity-draft.ts'

test('what is written is read back, and what is of the other form is left out', () => {
  for (const identity of [
    { host: '*.example.com', cert: '/a.pem' },
    { host: 'a:8443', cert: '/a.pem', key: '/k.pem', passphrase: ' two words ' },
    { host: 'a', pfx: '/a.pfx', passphrase: 'secret' },
  ]) {
    expect(identityOf(draftOf(identity))).toEqual({ ok: true, identity })
    const other = identity.pfx === undefined ? { pfx: 'x' } : { cert: 'x', key: 'x' }
    expect(identityOf({ ...draftOf(identity), ...other })).toEqual({ ok: true, identity })
  }
})

test('each field has its own mistake', () => {
  const faults = (draft: Partial<typeof emptyDraft>) => {
    const read = identityOf({ ...emptyDraft, ...draft })
    return read.ok ? [] : Object.keys(read.faults).sort()
  }
  expect(faults({})).toEqual(['cert', 'host'])
  expect(faults({ form: 'pfx', host: 'a' })).toEqual(['pfx'])
  expect(faults({ host: 'http://a/', cert: 'a.pem' })).toEqual(['host'])
  expect(faults({ host: 'a', cert: 'a\0' })).toEqual(['cert'])
})

test('what the host says stands beside its field, without saying which of the list it is', () => {
  const fault = {
    code: 'BAD_SETTING',
    key: 'clientCerts',
    place: 'clientCerts[1].passphrase',
    message: 'number 2, for a:8443: /k.pem needs its passphrase, or another one',
  } as const
  expect(faultAt(fault, 1)).toEqual({ passphrase: '/k.pem needs its passphrase, or another one' })
  expect(faultAt(fault, 0)).toBeUndefined()
  expect(faultAt({ ...fault, place: 'clientCerts' }, 1)).toBeUndefined()
  expect(faultAt({ code: 'FAILED', message: 'no' }, 1)).toBeUndefined()
})
