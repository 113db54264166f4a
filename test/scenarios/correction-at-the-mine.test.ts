import { randomUUID } from 'node:crypto'
import t from 'tap'
import { parseEvent } from '../../src/formats/native/event.ts'
import { verifyBooks } from '../../src/registry/audit/verify-books.ts'
import { createBookkeeper } from '../../src/registry/bookkeeper/bookkeeper.ts'
import { submissionOf } from '../../src/registry/bookkeeper/submission.ts'
import { readReevaluation } from '../../src/registry/books/read-reevaluation.ts'
import { reevaluateStep } from '../../src/registry/books/reevaluate.ts'
import { kg, oxides } from '../support/books.ts'
import { testApp } from '../support/service.ts'

/** Descendants of the mine; 10,000 for the figure of the documentation. */
const DESCENDANTS = Number(process.env['LODESTONE_TEST_DESCENDANTS'] ?? 600)
/** Each lot is split in so many, level by level. */
const WIDTH = 10
const NOW = () => new Date('2026-11-23T12:00:00Z')
const ASSAY = oxides({ La2O3: '2.64', CeO2: '3.9536', Pr6O11: '0.344', Nd2O3: '0.96' })
const PRODUCT = { class: 'ore', name: 'Bastnaesite ore' }

t.test(`a correction at a mine evaluates ${DESCENDANTS} descendants again`, async (t) => {
  const service = await testApp(t, { now: NOW })
  const organization = await service.organization()
  const facility = await service.facility(organization)
  const { db, reference } = service.deps
  const keeper = createBookkeeper({ db, reference, now: NOW })
  async function send(document: Record<string, unknown>) {
    const value = { id: randomUUID(), facility, ...document }
    const parsed = parseEvent(value, () => '')
    if (!parsed.event) throw new Error(JSON.stringify(parsed.findings))
    const bytes = Buffer.from(JSON.stringify(value))
    const submissions = [submissionOf(parsed.event, value, bytes, 'application/json')]
    const unit = { organization, client: 'test', submissions, strict: false, bulk: false }
    const [answer] = await keeper.submit(unit)
    if (answer?.status !== 'accepted') throw new Error(JSON.stringify(answer))
    return value.id
  }
  const mined = (batch: string, country: string) => ({
    type: 'commission',
    time: '2026-09-01T06:00:00Z',
    outputs: [
      {
        id: batch,
        product: PRODUCT,
        entry: 'purchased',
        mass: kg('1000000'),
        assay: ASSAY,
        declared: [{ element: '*', step: 'mined', country }]
      }
    ]
  })
  const root = randomUUID()
  const wrong = await send(mined(root, 'AU'))
  const lots: { id: string; massKg: number }[] = [{ id: root, massKg: 1_000_000 }]
  for (let next = 0; lots.length <= DESCENDANTS; next += 1) {
    const from = lots[next] as (typeof lots)[0]
    const massKg = from.massKg / (WIDTH + 1)
    const parts = Array.from({ length: Math.min(WIDTH, DESCENDANTS + 1 - lots.length) }, () => ({
      id: randomUUID(),
      massKg: Math.floor(massKg * 1e6) / 1e6
    }))
    await Promise.all(
      parts.map((part) =>
        send({
          type: 'transform',
          time: '2026-10-01T06:00:00Z',
          stages: ['storage_transport_trade'],
          inputs: [{ batch: from.id, mass: kg(part.massKg.toFixed(6)) }],
          outputs: [
            { id: part.id, product: PRODUCT, mass: kg(part.massKg.toFixed(6)), assay: 'inherited' }
          ]
        })
      )
    )
    lots.push(...parts)
  }
  const corrective = randomUUID()
  const began = performance.now()
  const correction = await send({
    type: 'correct',
    time: '2026-11-01T06:00:00Z',
    event: wrong,
    reason: 'incorrect_data',
    correctiveEvent: corrective
  })
  await send({ ...mined(root, 'VN'), id: corrective, corrects: correction })
  const effective = performance.now() - began
  const principal = { organization, client: 'test', roles: [], scopes: new Set<never>() }
  const progress = async () => readReevaluation(service.deps, principal, corrective)
  // The lot of the mine itself was in deficit in between, so it waits too.
  const affected = DESCENDANTS + 1
  t.match(await progress(), { affected, pending: affected })
  let steps = 0
  // Two workers at once, as two processes would; neither keeps anything but what is in the database.
  const worker = async () => {
    while ((await reevaluateStep(service.deps)) > 0) {
      steps += 1
      if (steps === 2) t.ok((await progress()).pending < DESCENDANTS, 'progress can be seen')
    }
  }
  await Promise.all([worker(), worker()])
  const whole = performance.now() - began
  t.comment(
    `${DESCENDANTS} descendants: in effect after ${(effective / 1000).toFixed(2)} s, evaluated again after ${(whole / 1000).toFixed(2)} s in ${steps} steps`
  )
  t.match(await progress(), { pending: 0 })
  const [counted] = await db.query<{ moved: string }>({
    text: `select count(*) as moved from batch b
      cross join lateral (select body from origin_version where batch = b.id order by position desc limit 1) o
      where o.body like '%VN%' and o.body not like '%AU%'`
  })
  t.equal(counted?.moved, `${DESCENDANTS + 1}`, 'all of them come from where the mine is')
  if (DESCENDANTS <= 1000) t.same((await verifyBooks(service.deps)).differences, [])
  await keeper.close()
})
