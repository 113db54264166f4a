import { dealt, knowsParty, knowsShipment, seenAtAll } from './oracle.ts'
import type { AskerName, PartyName } from './plan.ts'
import { ASKERS, BATCH_NAMES, BATCHES, SHIPMENTS } from './plan.ts'
import type { Scene } from './scene.ts'

/** Text that must occur in no answer to somebody who may not know it. */
export interface Secret {
  /** What it is, for whoever reads a failure. */
  readonly what: string
  readonly text: string
  readonly knows: (asker: AskerName) => boolean
}

/** Everything that was planted, with who may know it by the oracle. */
export function secretsOf(scene: Scene): readonly Secret[] {
  return [...batchSecrets(scene), ...partySecrets(scene), ...movedSecrets(scene), ...rest(scene)]
}

function batchSecrets({ batches }: Scene): Secret[] {
  return BATCH_NAMES.flatMap((name) => {
    const { id, number, product, event, evidence, note, epd, reason } = batches[name]
    const content = (asker: AskerName) => ['whole', 'nameless'].includes(seenAtAll(asker, name))
    const who = (asker: AskerName) => seenAtAll(asker, name) === 'whole'
    const secret = (kind: string, text: string, knows: Secret['knows']): Secret => ({
      what: `${kind} of ${name}`,
      text,
      knows
    })
    return [
      secret('id', id, content),
      secret('number', number, content),
      secret('product', product, content),
      secret('event', event, who),
      ...evidence.map((text) => secret('evidence', text, who)),
      secret('note', note, who),
      secret('declaration', epd, who),
      secret('reason of a resolution', reason, who)
    ]
  })
}

function partySecrets({ parties }: Scene): Secret[] {
  return (Object.keys(parties) as PartyName[]).flatMap((name): Secret[] => {
    const { organization, facility, name: called } = parties[name]
    const made = BATCH_NAMES.filter((batch) => BATCHES[batch].maker === name)
    const knows = (asker: AskerName) => knowsParty(asker, name)
    const site = (asker: AskerName) =>
      dealt(asker, name) ||
      asker === name ||
      made.some((batch) => seenAtAll(asker, batch) === 'whole')
    return [
      { what: `organization ${name}`, text: organization, knows },
      { what: `name of ${name}`, text: called, knows },
      { what: `facility of ${name}`, text: facility, knows: site }
    ]
  })
}

function movedSecrets({ shipments }: Scene): Secret[] {
  return shipments.flatMap(({ id, receipt, evidence }, at) => {
    const { batch, by, to } = SHIPMENTS[at] ?? {}
    const knows = (asker: AskerName) => knowsShipment(asker, at)
    return [id, ...(receipt === null ? [] : [receipt]), ...evidence].map((text, n) => ({
      what: `shipment of ${batch} from ${by} to ${to} (${n})`,
      text,
      knows
    }))
  })
}

/** The correction, what the separator has left, what the rival bought, who else was let in. */
function rest({ correction, campaign, askers }: Scene): Secret[] {
  const hidden = (asker: AskerName) => seenAtAll(asker, 'hiddenOre') === 'whole'
  const only =
    (...names: AskerName[]) =>
    (asker: AskerName) =>
      names.includes(asker)
  const guests = ASKERS.filter((name) => askers[name].organization && !isParty(name))
  return [
    { what: 'correction of the hidden ore', text: correction.event, knows: hidden },
    { what: 'what the correction replaced', text: correction.replaced, knows: hidden },
    { what: 'what the separator has left', text: '87.51853', knows: only('separator') },
    { what: 'what the rival bought', text: '50.135791', knows: only('separator', 'rival') },
    ...Object.values(campaign).map((text, n) => ({
      what: `campaign of the rival (${n})`,
      text,
      knows: only('rival')
    })),
    ...guests.map((name) => ({
      what: `organization ${name}`,
      text: askers[name].organization,
      knows: (asker: AskerName) => asker === name || dealt(asker, name)
    }))
  ]
}

function isParty(name: AskerName): name is PartyName {
  return (
    BATCH_NAMES.some((batch) => BATCHES[batch].maker === name) ||
    SHIPMENTS.some(({ by, to }) => by === name || to === name) ||
    name === 'bystander'
  )
}
