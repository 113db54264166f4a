import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { parseEvent } from '../../src/formats/native/event.ts'
import { type Bookkeeper, createBookkeeper } from '../../src/registry/bookkeeper/bookkeeper.ts'
import { type Answer, submissionOf, type Unit } from '../../src/registry/bookkeeper/submission.ts'
import { elements, kg, oxides } from './books.ts'
import { testDatabase } from './database.ts'
import type { RandomHistory } from './random-history.ts'
import { type TestApp, testApp } from './service.ts'

/** The clock of the tests that remember. */
export const NOW = () => new Date('2026-11-23T12:00:00Z')

export interface Member {
  readonly organization: string
  readonly facility: string
}

export type Document = Readonly<Record<string, unknown>>

/** One unit of these documents, in order. */
export function unitOf(by: Member, documents: readonly Document[]): Unit {
  const submissions = documents.map((document) => {
    const { event, findings } = parseEvent(document, () => '')
    if (!event) throw new Error(JSON.stringify(findings))
    return submissionOf(event, document, Buffer.from(JSON.stringify(document)), 'application/json')
  })
  const { organization } = by
  return { organization, client: 'test', submissions, strict: false, bulk: false }
}

export function submit(keeper: Bookkeeper, by: Member, document: Document): Promise<Answer> {
  return keeper.submit(unitOf(by, [document])).then(([answer]) => answer as Answer)
}

let hour = 0
/** What every event says. */
export const envelope = (by: Member, type: string) => ({
  id: randomUUID(),
  type,
  time: new Date(Date.UTC(2026, 0, 1, hour++)).toISOString(),
  facility: by.facility
})

export function purchase(by: Member, mass = '100', more: Document = {}) {
  const output = {
    id: randomUUID(),
    product: { class: 'separated_oxide', name: 'NdPr oxide' },
    entry: 'purchased',
    mass: kg(mass),
    assay: oxides({ Nd2O3: '75', Pr6O11: '24' }),
    ...more
  }
  return { batch: output.id, document: { ...envelope(by, 'commission'), outputs: [output] } }
}

/** Metal from so much of a batch of oxide; `yielded` of it comes out. */
export function electrolysis(by: Member, batch: string, mass: string, yielded: string) {
  const output = {
    id: randomUUID(),
    product: { class: 'ree_metal', name: 'NdPr metal' },
    mass: kg(yielded),
    assay: elements({ Nd: '75', Pr: '24' })
  }
  const document = {
    ...envelope(by, 'transform'),
    stages: ['metal_making'],
    inputs: [{ batch, mass: kg(mass) }],
    outputs: [output]
  }
  return { batch: output.id, document }
}

/** Somebody whose bookkeeper has seen that it writes alone, with 100 kg of oxide that it remembers. */
export async function place(t: Test) {
  const service = await testApp(t, { now: NOW })
  const organization = await service.organization()
  const by = { organization, facility: await service.facility(organization) }
  const { bookkeeper } = service.deps
  const record = (document: Document) => submit(bookkeeper, by, document)
  const remembered = () => bookkeeper.state().remembered
  async function settle(): Promise<void> {
    for (let n = 0; n < 40; n += 1) {
      const before = remembered()
      await record(purchase(by).document)
      // One that was judged by memory in vain counts as well.
      if (remembered() > before && service.deps.db.expected.known) return
    }
    throw new Error('it never judges by what it remembers')
  }
  await settle()
  const oxide = purchase(by)
  const { status } = await record(oxide.document)
  if (status !== 'accepted') throw new Error(`the purchase was ${status}`)
  return { service, by, oxide: oxide.batch, record, remembered, settle }
}

/** Another process on the same database, as far as the books are concerned. */
export async function otherProcess(t: Test, { deps }: TestApp): Promise<Bookkeeper> {
  const url = deps.db.pool.options.connectionString ?? ''
  const db = await testDatabase(t, { url })
  const keeper = createBookkeeper({ db, reference: deps.reference, now: NOW })
  t.teardown(() => keeper.close())
  return keeper
}

/** Plays a history by clients that do not wait for answers: at most so many events are under way at once. */
export async function playAtOnce(
  made: RandomHistory,
  {
    events,
    most,
    random,
    keeperOf
  }: {
    readonly events: number
    readonly most: number
    readonly random: () => number
    /** Who records the event with this number. */
    readonly keeperOf: (n: number) => Bookkeeper
  }
): Promise<void> {
  const underWay = new Set<Promise<void>>()
  for (let n = 0; n < events; n += 1) {
    const { by, document } = made.next()
    const one: Promise<void> = submit(keeperOf(n), by, document).then(() => {
      underWay.delete(one)
    })
    underWay.add(one)
    if (random() < 0.7) await new Promise((resolve) => setTimeout(resolve, random() * 4))
    while (underWay.size > most) await Promise.race(underWay)
  }
  await Promise.all(underWay)
}
