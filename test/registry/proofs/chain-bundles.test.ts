/** Bundles of chains of custody, of whatever a random history made: they verify, and nothing can be cut out. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { Bundle, BundleEntry } from '../../../src/log/bundle.ts'
import { blindLeaf } from '../../../src/log/entry.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { verifyBundle } from '../../../src/registry/proofs/verify-bundle.ts'
import { kg, oxides } from '../../support/books.ts'
import { testGuard } from '../../support/log.ts'
import { RandomHistory, threeMembers } from '../../support/random-history.ts'
import { SEED, seeded } from '../../support/seed.ts'
import { type Actor, testApp } from '../../support/service.ts'

const service = await testApp(t, {
  guard: testGuard(t),
  now: () => new Date('2026-11-23T12:00:00Z')
})
const { verifier } = await service.deps.log.key()
const verified = (bundle: Bundle | Buffer) =>
  verifyBundle(Buffer.isBuffer(bundle) ? bundle : Buffer.from(JSON.stringify(bundle)), [verifier])
const parsed = (bytes: Buffer) => JSON.parse(bytes.toString()) as Bundle

const numbers = new Map<string, { readonly organization: string; readonly number: string }>()

interface Lot {
  readonly id?: string
  readonly batch?: string
}

/** Every other batch has a number, by which those who use it name it. */
function numbered(by: { readonly organization: string }, document: Record<string, unknown>) {
  const { outputs, inputs, ...rest } = document as {
    readonly outputs?: readonly Lot[]
    readonly inputs?: readonly Lot[]
  }
  const made = outputs?.map((output) => {
    if (!output.id || Number.parseInt(output.id.slice(0, 8), 16) % 2 === 0) return output
    const number = `No ${output.id}`
    numbers.set(output.id, { organization: by.organization, number })
    return { ...output, number }
  })
  const used = inputs?.map((input) => ({
    ...input,
    batch: numbers.get(`${input.batch}`) ?? input.batch
  }))
  return { ...rest, ...(made ? { outputs: made } : {}), ...(used ? { inputs: used } : {}) }
}

t.test('every chain of a random history verifies, for everybody who may see it', async (t) => {
  t.comment(`seed ${SEED}`)
  const members = await threeMembers(service)
  const history = new RandomHistory(seeded(SEED), members, true)
  const actors = new Map<string, Actor>()
  for (const { organization } of members) {
    actors.set(organization, await service.actor('producer', organization))
  }
  for (let turn = 0; turn < 200; turn += 1) {
    const { by, document } = history.next()
    await actors.get(by.organization)?.request('POST', '/v1/events', numbered(by, document))
  }
  while ((await reevaluateStep(service.deps)) > 0);
  const batches = await service.deps.db.query<{ id: string }>({ text: 'select id from batch' })
  const seen = { whole: 0, partly: 0, untold: 0 }
  for (const { id } of batches) {
    for (const actor of actors.values()) {
      const answer = await actor.request('GET', `/v1/batches/${id}/bundle`)
      if (answer.status === 404) continue
      const report = await verified(answer.raw)
      t.strictSame(report.problems, [], id)
      const isWhole = report.entries.every(({ statement }) => statement !== null)
      seen[report.subject?.shown === false ? 'untold' : isWhole ? 'whole' : 'partly'] += 1
    }
  }
  t.comment(JSON.stringify(seen))
  t.ok(seen.whole > 50, 'chains without anything withheld')
  const [row] = await service.deps.db.query<{ named: string }>({
    text: `select count(*) as named from event where convert_from(document, 'UTF8') ~ '"batch":[{][^}]*"number"'`
  })
  t.ok(Number(row?.named) > 10, 'batches that are named by their number')
})

const mine = await service.actor('producer')
const buyer = await service.actor('producer')
const pit = await service.facility(mine.organization)
const works = await service.facility(buyer.organization)
const assay = oxides({ Nd2O3: '73.24', Pr6O11: '26.24' })
const product = { class: 'separated_oxide', name: 'NdPr oxide' }

async function record(actor: Actor, document: object): Promise<{ id: string; batch: string }> {
  const answer = await actor.request('POST', '/v1/events', document, { prefer: 'wait=5' })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return { id: answer.body.id, batch: answer.body.batches[0]?.id }
}

const bought = (facility: string, more: object = {}) => ({
  type: 'commission',
  time: '2026-09-01T06:00:00Z',
  facility,
  outputs: [{ product, entry: 'purchased', mass: kg('10'), assay, ...more }]
})
const blended = (inputs: readonly (string | object)[]) => ({
  type: 'transform',
  time: '2026-09-02T06:00:00Z',
  facility: pit,
  stages: ['storage_transport_trade'],
  inputs: inputs.map((batch) => ({ batch, mass: kg('10') })),
  outputs: [{ product, mass: kg(String(inputs.length * 10)), assay: 'inherited' }]
})

/** Ships a batch to the buyer, who receives it, and gives the bundles of both. */
async function handedOver(batch: string, mass: string): Promise<{ own: Buffer; theirs: Buffer }> {
  const lines = [{ batch, mass: kg(mass) }]
  const time = '2026-09-03T06:00:00Z'
  const to = { to: buyer.organization, ownership: 'transferred' }
  const { id: shipment } = await record(mine, { type: 'ship', time, facility: pit, ...to, lines })
  const outcome = { outcome: 'accepted', shipment, lines }
  await record(buyer, {
    type: 'receive',
    time: '2026-09-04T06:00:00Z',
    facility: works,
    ...outcome
  })
  const path = `/v1/batches/${batch}/bundle`
  const [own, theirs] = [await mine.request('GET', path), await buyer.request('GET', path)]
  return { own: own.raw, theirs: theirs.raw }
}

t.test(
  'no single changed byte of a chain goes unnoticed, though the registry named its batches',
  async (t) => {
    const open = await record(mine, bought(pit))
    const hidden = await record(mine, {
      ...bought(pit, { disclosure: 'restricted' }),
      disclosure: 'restricted'
    })
    const mixed = await record(mine, blended([open.batch, hidden.batch]))
    const { own, theirs } = await handedOver(mixed.batch, '20')
    for (const bundle of [own, theirs]) {
      t.equal((await verified(bundle)).verified, true)
      const at = bundle.indexOf(mixed.batch)
      for (let byte = at; byte < at + mixed.batch.length; byte += 1) {
        const changed = Buffer.from(bundle)
        changed[byte] = changed[byte]! ^ 1
        t.match((await verified(changed)).problems, [{ code: 'SUBJECT' }], `byte ${byte}`)
      }
    }
    const other = { ...parsed(theirs), subject: { kind: 'batch', id: randomUUID() } }
    t.match((await verified(other)).problems, [{ code: 'SUBJECT' }])
    const bare = parsed(own)
    const undocumented = bare.entries.map(({ document: _, ...entry }) => entry)
    t.match(
      (await verified({ ...bare, entries: undocumented })).problems,
      [{ code: 'SUBJECT' }],
      'an event without its document names nothing'
    )
  }
)

t.test('a whole chain without one of its links is none', async (t) => {
  const first = await record(mine, bought(pit))
  const second = await record(mine, bought(pit))
  const mixed = await record(mine, blended([first.batch, second.batch]))
  const bundle = parsed((await handedOver(mixed.batch, '20')).own)
  const without = (event: string): Bundle => ({
    ...bundle,
    entries: bundle.entries.filter((entry) => !said(entry).includes(event))
  })
  t.equal((await verified(bundle)).verified, true)
  for (const [event, batch] of [
    [first.id, first.batch],
    [second.id, second.batch],
    [mixed.id, mixed.batch]
  ] as const) {
    t.match((await verified(without(event))).problems, [
      { code: 'CHAIN', message: `The bundle lacks the event that made the batch ${batch}.` }
    ])
  }
})

t.test('nor the facility of an event that is shown, whatever else is hidden', async (t) => {
  const own = parsed((await handedOver((await record(mine, bought(pit))).batch, '10')).own)
  const open = await record(mine, bought(pit))
  const secret = await record(mine, { ...bought(pit), disclosure: 'restricted' })
  const blend = await record(mine, blended([open.batch, secret.batch]))
  const theirs = parsed((await handedOver(blend.batch, '20')).theirs)
  const { verified: isSound, hidden } = await verified(theirs)
  t.strictSame([isSound, hidden.length], [true, 1])
  for (const bundle of [own, theirs]) {
    const entries = bundle.entries.filter((entry) => !said(entry).includes('"kind":"facility"'))
    t.equal(entries.length, bundle.entries.length - 1)
    const message = `The bundle lacks the facility ${pit}, where an event happened that it shows.`
    const problems = [{ code: 'CHAIN', index: null, message }]
    t.strictSame((await verified({ ...bundle, entries })).problems, problems)
  }
})

t.test('nor one whose links are named by their numbers', async (t) => {
  const [first, second] = ['A/1', 'A/2'].map((number) => ({ number: `${number} of ${pit}` }))
  const made = [await record(mine, bought(pit, first)), await record(mine, bought(pit, second))]
  const named = [first, second].map((one) => ({ ...one, organization: mine.organization }))
  const mixed = await record(mine, blended(named))
  const bundle = parsed((await handedOver(mixed.batch, '20')).own)
  t.equal((await verified(bundle)).verified, true)
  for (const [n, { id }] of made.entries()) {
    const entries = bundle.entries.filter((entry) => !said(entry).includes(id))
    const batch = `${named[n]?.number} of ${mine.organization}`
    const message = `The bundle lacks the event that made the batch ${batch}.`
    const problems = [{ code: 'CHAIN', index: null, message }]
    t.strictSame((await verified({ ...bundle, entries })).problems, problems)
  }
})

t.test('where something is hidden, the report names what made of it is not shown', async (t) => {
  const open = await record(mine, bought(pit))
  const hidden = await record(mine, {
    ...bought(pit, { disclosure: 'restricted' }),
    disclosure: 'restricted'
  })
  const mixed = await record(mine, blended([open.batch, hidden.batch]))
  const { own } = await handedOver(mixed.batch, '20')
  const bundle = parsed(own)
  t.strictSame((await verified(bundle)).hidden, [])
  const redacted = bundle.entries.map(({ index, proof, statement = '', salt = '', ...entry }) =>
    said({ index, proof, statement }).includes(hidden.id)
      ? { index, proof, leaf: leafOf(statement, salt) }
      : { ...entry, index, proof, statement, ...(salt ? { salt } : {}) }
  )
  const report = await verified({ ...bundle, entries: redacted })
  t.match(report, { verified: true, hidden: [hidden.batch] })
  const cut = redacted.filter((entry) => !('statement' in entry && said(entry).includes(open.id)))
  t.match(await verified({ ...bundle, entries: cut }), { hidden: [open.batch, hidden.batch] })
})

function leafOf(statement: string, salt: string): string {
  const [said, grain] = [statement, salt].map((text) => Buffer.from(text, 'base64url'))
  return blindLeaf(said ?? Buffer.alloc(0), grain ?? Buffer.alloc(0)).toString('base64url')
}

t.test('a bundle that may name the batch nowhere says so itself', async (t) => {
  const hidden = await record(mine, {
    ...bought(pit, { disclosure: 'restricted' }),
    disclosure: 'restricted'
  })
  const mixed = await record(mine, blended([hidden.batch]))
  const guest = await service.actor('buyer')
  const grant = { grantee: guest.organization }
  const granted = await mine.request('POST', `/v1/batches/${mixed.batch}/grants`, grant)
  t.equal(granted.status, 201, JSON.stringify(granted.body))
  const { raw } = await guest.request('GET', `/v1/batches/${mixed.batch}/bundle`)
  const report = await verified(raw)
  t.match(report, { verified: true, subject: { id: mixed.batch, shown: false } })
  t.notOk(report.entries.some(({ statement }) => statement?.kind === 'event'))
  const { shown: _, ...subject } = parsed(raw).subject
  const claimed = await verified({ ...parsed(raw), subject })
  t.match(claimed.problems, [{ code: 'SUBJECT' }], 'and must not be silent about it')
})

function said({ statement = '' }: BundleEntry): string {
  return Buffer.from(statement, 'base64url').toString()
}
