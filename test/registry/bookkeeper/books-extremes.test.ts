import { randomUUID } from 'node:crypto'
import t from 'tap'
import { parseEvent } from '../../../src/formats/native/event.ts'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { createBookkeeper } from '../../../src/registry/bookkeeper/bookkeeper.ts'
import type { Answer } from '../../../src/registry/bookkeeper/submission.ts'
import { submissionOf } from '../../../src/registry/bookkeeper/submission.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { kg, oxides } from '../../support/books.ts'
import { testApp } from '../../support/service.ts'

const NOW = () => new Date('2026-11-23T12:00:00Z')
const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const PRODUCT = { class: 'separated_oxide', name: 'NdPr oxide' }

/** A trader that buys, blends and corrects, through two bookkeepers on one database. */
async function trader(t: Parameters<typeof testApp>[0]) {
  const service = await testApp(t, { now: NOW })
  const organization = await service.organization()
  const facility = await service.facility(organization)
  const { db, reference } = service.deps
  const keepers = [0, 1].map(() => createBookkeeper({ db, reference, now: NOW }))
  let turn = 0
  async function send(document: Record<string, unknown>): Promise<Answer> {
    const parsed = parseEvent(document, () => '')
    if (!parsed.event) throw new Error(JSON.stringify(parsed.findings))
    const bytes = Buffer.from(JSON.stringify(document))
    turn += 1
    const [answer] = await (keepers[turn % 2] as (typeof keepers)[0]).submit({
      organization,
      client: 'test',
      submissions: [submissionOf(parsed.event, document, bytes, 'application/json')],
      strict: false,
      bulk: false
    })
    return answer as Answer
  }
  const buy = (batch: string, mass: string, more: object = {}) => ({
    id: randomUUID(),
    type: 'commission',
    time: '2026-09-02T06:00:00Z',
    facility,
    outputs: [{ id: batch, product: PRODUCT, entry: 'purchased', mass: kg(mass), assay: OXIDE }],
    ...more
  })
  const blend = (inputs: [string, string][], batch: string, mass: string) => ({
    id: randomUUID(),
    type: 'transform',
    time: '2026-10-01T06:00:00Z',
    facility,
    stages: ['storage_transport_trade'],
    inputs: inputs.map(([from, value]) => ({ batch: from, mass: kg(value) })),
    outputs: [{ id: batch, product: PRODUCT, mass: kg(mass), assay: 'inherited' }]
  })
  const clean = async () => (await verifyBooks(service.deps)).differences
  return { service, facility, send, buy, blend, clean }
}

t.test('1,000 concurrent consumers take exactly what is there', async (t) => {
  const { send, buy, blend, clean } = await trader(t)
  const batch = randomUUID()
  await send(buy(batch, '700.5'))
  const answers = await Promise.all(
    Array.from({ length: 1000 }, () => send(blend([[batch, '1']], randomUUID(), '1')))
  )
  t.equal(answers.filter(({ status }) => status === 'accepted').length, 700)
  t.equal((await send(blend([[batch, '0.500000001']], randomUUID(), '0.5'))).status, 'refused')
  t.equal((await send(blend([[batch, '0.5']], randomUUID(), '0.5'))).status, 'accepted')
  t.same(await clean(), [])
})

t.test('an event with 1,000 inputs, a million tonnes and a microgram', async (t) => {
  const { send, buy, blend, clean } = await trader(t)
  const inputs = Array.from({ length: 998 }, () => randomUUID())
  await Promise.all(inputs.map((batch) => send(buy(batch, '1'))))
  const [huge, tiny, all] = [randomUUID(), randomUUID(), randomUUID()]
  t.equal((await send(buy(huge, '1000000000'))).status, 'accepted')
  t.equal((await send(buy(tiny, '0.000000001'))).status, 'accepted')
  const drawn: [string, string][] = inputs.map((batch) => [batch, '1'])
  drawn.push([huge, '1000000000'], [tiny, '0.000000001'])
  const answer = await send(blend(drawn, all, '1000000998.000000001'))
  t.equal(answer.status, 'accepted', JSON.stringify(answer).slice(0, 300))
  t.equal((await send(buy(randomUUID(), '9000000001'))).status, 'refused', 'beyond what is counted')
  t.same(await clean(), [])
})

t.test('a correction while its descendants are being written', async (t) => {
  const { service, facility, send, buy, blend, clean } = await trader(t)
  const batch = randomUUID()
  const wrong = buy(batch, '1000')
  await send(wrong)
  const first = Array.from({ length: 20 }, () => randomUUID())
  await Promise.all(first.map((id) => send(blend([[batch, '10']], id, '10'))))
  const again = randomUUID()
  const correction = {
    id: randomUUID(),
    type: 'correct',
    time: '2026-11-01T06:00:00Z',
    facility,
    event: wrong.id,
    reason: 'incorrect_data',
    correctiveEvent: again
  }
  const writing = first.flatMap((from) =>
    Array.from({ length: 5 }, () => send(blend([[from, '2']], randomUUID(), '2')))
  )
  const correcting = send(correction).then(() =>
    send(buy(batch, '1100', { id: again, corrects: correction.id }))
  )
  const job = (async () => {
    for (let step = 0; step < 5; step += 1) await reevaluateStep(service.deps)
  })()
  const answers = await Promise.all([...writing, correcting])
  await job
  t.ok(answers.every(({ status }) => status === 'accepted'))
  while ((await reevaluateStep(service.deps)) > 0);
  const [left] = await service.deps.db.query<{ suspects: string; odd: string }>({
    text: `select (select count(*) from suspect) as suspects,
      (select count(*) from batch b where (select status from status_version s
        where s.batch = b.id order by position desc limit 1) <> 'clear') as odd`
  })
  t.same(left, { suspects: '0', odd: '0' }, 'everything is clear again')
  t.same(await clean(), [])
})
