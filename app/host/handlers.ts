/** One handler per call of the contract; each is a line or two, what it does is where its words are. */
import { createHash, X509Certificate } from 'node:crypto'
import { openAuthority, type Engine } from '../../main/index.ts'
import type { Handlers, Output } from '../contract/contract.ts'
import type { BodyPages } from './bodies/body-pages.ts'
import { gone } from './bodies/body-source.ts'
import { isChanged } from './bodies/changed-body.ts'
import type { Tails } from './bodies/tail.ts'
import type { CaptureControl } from './capture.ts'
import { flowDetail } from './flows/flow-detail.ts'
import type { FlowFeed } from './flows/flow-feed.ts'
import { flowsPage, slices } from './flows/flow-pages.ts'
import { CallError } from '../contract/wire.ts'
import type { Messages } from './messages/index.ts'
import type { DryRuns } from './modifiers/dry-run/index.ts'
import { matchingFlows } from './modifiers/dry-run/matching.ts'
import type { Modifiers } from './modifiers/index.ts'
import { starters } from './modifiers/starters.ts'
import { chooseFile, saveFile, type Choose } from './save-file.ts'
import type { LiveSettings } from './settings/live-settings.ts'
import { tryRules } from './try-rules.ts'

/** Flows deleted before others may run. */
const deletedAtOnce = 500

export type HostParts = {
  info: Output<'app.info'>
  engine: Engine
  capture: CaptureControl
  feed: FlowFeed
  bodies: BodyPages
  tails: Tails
  messages: Messages
  settings: LiveSettings
  /** After a change of settings. */
  applySettings: () => void
  modifiers: Modifiers
  dryRuns: DryRuns
  choose: Choose | undefined
}

export function handlersOf(parts: HostParts): Handlers {
  const { info, engine, capture, feed, bodies, tails, messages, settings } = parts
  const { applySettings, modifiers, dryRuns, choose } = parts
  return {
    'app.info': () => info,
    'capture.state': () => capture.state,
    'capture.start': () => capture.start(),
    'capture.stop': () => capture.stop(),
    'ca.get': () => caOf(settings.caDir),
    'flows.page': ({ after }, signal) => flowsPage(engine, feed, after, signal),
    'flows.get': ({ id }) => {
      const flow = engine.flows.get(id) ?? engine.running().find((running) => running.id === id)
      if (!flow) throw gone('The flow is gone.')
      return flowDetail(flow)
    },
    'flows.body': (input, signal) => bodies.page(input, signal),
    'flows.bodyChanged': async ({ id }, signal) => {
      const changed = await isChanged(engine, bodies, id, signal)
      return changed === undefined ? {} : { changed }
    },
    'flows.tail': (input) => tails.read(input),
    'flows.messages': (input, signal) => messages.page(input, signal),
    'flows.findMessages': (input, signal) => messages.find(input, signal),
    'flows.messageCount': (input, signal) => messages.count(input, signal),
    'flows.message': (input, signal) => messages.message(input, signal),
    'flows.clear': () => {
      feed.clear()
      bodies.forget()
      messages.forget()
    },
    'flows.delete': async ({ ids }, signal) => {
      const pause = slices(signal)
      for (let at = 0; at < ids.length; at += deletedAtOnce) {
        feed.remove(ids.slice(at, at + deletedAtOnce))
        await pause()
      }
      bodies.forget()
      messages.forget()
    },
    'flows.kill': ({ ids }) => {
      for (const id of ids) engine.kill(id)
    },
    'settings.get': () => settings.state,
    'settings.set': async ({ patch }) => {
      refuseModifiers(patch)
      await settings.set(patch)
      applySettings()
      return settings.state
    },
    'rules.try': async ({ patch }, signal) => tryRules(engine, feed.ids, await settings.tried(patch), signal),
    'modifiers.list': () => modifiers.list(),
    'modifiers.source': ({ id }) => modifiers.source(id),
    'modifiers.starters': () => starters(),
    'modifiers.log': (input) => modifiers.log(input),
    'modifiers.add': (input) => modifiers.add(input),
    'modifiers.save': (input) => modifiers.save(input),
    'modifiers.rename': (input) => modifiers.rename(input),
    'modifiers.remove': ({ id }) => modifiers.remove(id),
    'modifiers.arrange': (input) => modifiers.arrange(input),
    'modifiers.matching': ({ match }, signal) => matchingFlows(engine, feed.ids, match, signal),
    'modifiers.dryRun': (input, _signal, window) => dryRuns.begin(input, window),
    'modifiers.dryRunSteps': (input, signal) => dryRuns.steps(input, signal),
    'modifiers.dryRunStop': ({ run }) => {
      dryRuns.stop(run)
    },
    'files.choose': () => chooseFile(choose),
    'files.save': ({ name, bytes }, signal) => saveFile(choose, name, [bytes], signal),
    'files.saveBody': ({ id, side, decoded, name }, signal) =>
      saveFile(choose, name, bodies.whole(id, side, decoded, signal), signal),
  }
}

/** A window may name no files but those in the list: it could read and write whatever the user can. */
function refuseModifiers(patch: object): void {
  const key = ['modifier', 'modifiers'].find((name) => Object.hasOwn(patch, name))
  if (key === undefined) return
  throw new CallError({ code: 'BAD_SETTING', key, message: 'The list of modifiers is changed by its own calls' })
}

async function caOf(dir: string): Promise<Output<'ca.get'>> {
  const { certificatePem, certificatePath, subject } = await openAuthority(dir)
  const certificate = new X509Certificate(certificatePem)
  return {
    pem: certificatePem,
    file: certificatePath,
    subject,
    validTo: certificate.validToDate.toISOString(),
    sha256: createHash('sha256').update(certificate.raw).digest('hex'),
  }
}
