import { randomUUID } from 'node:crypto'
import t from 'tap'
import { parseOriginKey } from '../../../src/domain/lineage/key.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { readLineage } from '../../../src/storage/books/lineage.ts'
import { elements, kg, oxides } from '../../support/books.ts'
import type { Actor, TestApp } from '../../support/service.ts'
import { testApp } from '../../support/service.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const METAL = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })

interface Shop {
  readonly service: TestApp
  readonly maker: Actor
  readonly facility: string
  buy(batch: string, mass: string, country: string, more?: object): Record<string, unknown>
  smelt(
    from: string,
    inKg: string,
    to: string,
    outKg: string,
    more?: object
  ): Record<string, unknown>
  accept(document: Record<string, unknown>): Promise<Record<string, unknown>>
  settle(): Promise<number>
  status(batch: string): Promise<string>
  originsOf(batch: string, asOf?: number): Promise<[string, number][]>
}

async function shop(t: Parameters<typeof testApp>[0]): Promise<Shop> {
  const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
  const maker = await service.actor('producer')
  const facility = await service.facility(maker.organization)
  const { deps } = service
  return {
    service,
    maker,
    facility,
    buy: (batch, mass, country, more = {}) => ({
      id: randomUUID(),
      type: 'commission',
      time: '2026-09-02T06:00:00Z',
      facility,
      outputs: [
        {
          id: batch,
          product: { class: 'separated_oxide', name: 'NdPr oxide' },
          entry: 'purchased',
          mass: kg(mass),
          assay: OXIDE,
          declared: [
            { element: '*', step: 'mined', country, evidence: [{ kind: 'coc', level: 'verified' }] }
          ]
        }
      ],
      ...more
    }),
    smelt: (from, inKg, to, outKg, more = {}) => ({
      id: randomUUID(),
      type: 'transform',
      time: '2026-10-01T06:00:00Z',
      facility,
      stages: ['metal_making'],
      inputs: [{ batch: from, mass: kg(inKg) }],
      outputs: [
        { id: to, product: { class: 'ree_metal', name: 'Metal' }, mass: kg(outKg), assay: METAL }
      ],
      ...more
    }),
    async accept(document) {
      const answer = await maker.request('POST', '/v1/events', document)
      t.equal(answer.status, 201, JSON.stringify(answer.body.findings ?? answer.body))
      return answer.body
    },
    async settle() {
      let settled = 0
      for (;;) {
        const step = await reevaluateStep(deps)
        if (step === 0) return settled
        settled += step
      }
    },
    async status(batch) {
      const [row] = await deps.db.query<{ status: string }>({
        text: 'select status from status_version where batch = $1 order by position desc limit 1',
        values: [batch]
      })
      return row?.status ?? 'clear'
    },
    async originsOf(batch, asOf) {
      const version = await readLineage(deps.db, batch, asOf)
      return (version?.lineage.origins.get('Nd') ?? []).map(({ key, parts }) => {
        const { kind, place } = parseOriginKey(key)
        return [`${kind} ${place}`.trim(), parts]
      })
    }
  }
}

const correct = (facility: string, event: unknown, correctiveEvent?: string) => ({
  id: randomUUID(),
  type: 'correct',
  time: '2026-11-02T08:00:00Z',
  facility,
  event,
  reason: 'incorrect_data',
  ...(correctiveEvent === undefined ? {} : { correctiveEvent })
})

t.test(
  'a wrong origin is corrected: descendants follow, and the past stays as it was known',
  async (t) => {
    const { accept, buy, smelt, facility, settle, status, originsOf } = await shop(t)
    const [oxide, metal] = [randomUUID(), randomUUID()]
    const wrong = buy(oxide, '700', 'AU')
    await accept(wrong)
    const { position } = await accept(smelt(oxide, '700', metal, '580'))
    t.same(await originsOf(metal), [['declared AU', 1e12]])

    const right = randomUUID()
    const correction = correct(facility, wrong['id'], right)
    await accept(correction)
    t.same([await status(oxide), await status(metal)], ['contested', 'suspect'])
    await settle()
    t.equal(await status(metal), 'contested', 'what was made from nothing is contested')
    t.same(await originsOf(metal), [['unknown', 1e12]])

    await accept(buy(oxide, '700', 'CN', { id: right, corrects: correction.id }))
    t.same([await status(oxide), await status(metal)], ['clear', 'suspect'])
    await settle()
    t.same([await status(oxide), await status(metal)], ['clear', 'clear'])
    t.same(await originsOf(metal), [['declared CN', 1e12]])
    t.same(await originsOf(metal, position as number), [['declared AU', 1e12]], 'as of then')
  }
)

t.test(
  'less than was used: a deficit freezes the account and contests what drew on it',
  async (t) => {
    const { service, accept, buy, smelt, facility, settle, status, maker } = await shop(t)
    const [oxide, metal] = [randomUUID(), randomUUID()]
    const wrong = buy(oxide, '700', 'AU')
    await accept(wrong)
    await accept(smelt(oxide, '700', metal, '580'))
    const [right, again] = [randomUUID(), randomUUID()]
    const correction = correct(facility, wrong['id'], right)
    await accept(correction)
    await accept(buy(oxide, '650', 'AU', { id: right, corrects: correction.id }))
    await settle()
    t.same([await status(oxide), await status(metal)], ['contested', 'contested'])
    const account = () =>
      service.deps.db.query({
        text: 'select balance_ug, deficit_ug, frozen from account where batch = $1',
        values: [oxide]
      })
    t.same(await account(), [{ balance_ug: '0', deficit_ug: '50000000000', frozen: true }])
    const drawn = await maker.request('POST', '/v1/events', smelt(oxide, '1', randomUUID(), '0.8'))
    t.match(drawn.body.findings, [{ code: 'ACCOUNT_FROZEN' }])

    const second = correct(facility, right, again)
    await accept(second)
    await accept(buy(oxide, '710', 'AU', { id: again, corrects: second.id }))
    await settle()
    t.same(
      [await status(oxide), await status(metal)],
      ['clear', 'clear'],
      'a correction of the correction'
    )
    t.same(await account(), [{ balance_ug: '10000000000', deficit_ug: '0', frozen: false }])
  }
)

t.test('a consumer that did not occur gives back what it drew', async (t) => {
  const { service, accept, buy, smelt, facility, settle, status } = await shop(t)
  const [oxide, metal] = [randomUUID(), randomUUID()]
  await accept(buy(oxide, '700', 'AU'))
  const smelting = smelt(oxide, '700', metal, '580')
  await accept(smelting)
  await accept(correct(facility, smelting['id']))
  await settle()
  t.equal(await status(metal), 'contested')
  t.equal(await status(oxide), 'clear')
  await accept(smelt(oxide, '700', randomUUID(), '580'))
  const [sum] = await service.deps.db.query({
    text: `select b.drawn_ug, (select sum(p.mass_ug) from posting p where p.batch = b.id and p.undone_position is null) as posted
      from batch b where b.id = $1`,
    values: [oxide]
  })
  t.same(sum, { drawn_ug: '700000000000', posted: '0' })
})

t.test('refuses', async (t) => {
  const { service, accept, buy, smelt, facility, maker } = await shop(t)
  const [oxide, metal] = [randomUUID(), randomUUID()]
  const bought = buy(oxide, '700', 'AU')
  await accept(bought)
  await accept(smelt(oxide, '300', metal, '240'))
  const codes = async (actor: Actor, document: unknown) => {
    const answer = await actor.request('POST', '/v1/events', document)
    t.equal(answer.status, 422)
    return answer.body.findings.map((finding: { code: string }) => finding.code)
  }
  t.same(await codes(maker, correct(facility, randomUUID())), ['CORRECTION_TARGET'])
  const rival = await service.actor('producer')
  const theirs = await service.facility(rival.organization)
  t.same(
    await codes(rival, correct(theirs, bought['id'])),
    ['CORRECTION_TARGET'],
    "another's event"
  )
  t.same(
    await codes(maker, buy(oxide, '1', 'AU', { corrects: randomUUID() })),
    ['ID_CONFLICT', 'CORRECTIVE_UNANNOUNCED'],
    'nobody announced it'
  )
  const another = buy(randomUUID(), '1', 'AU')
  await accept(another)
  const fourth = buy(randomUUID(), '1', 'AU')
  await accept(fourth)
  for (const taken of [bought['id'], another['id']] as string[]) {
    const told = await codes(maker, correct(facility, bought['id'], taken))
    t.same(told, ['ID_CONFLICT'], 'nothing could be recorded under that id')
  }
  const right = randomUUID()
  const correction = correct(facility, bought['id'], right)
  await accept(correction)
  const corrects = correction.id
  for (const [actor, told, why] of [
    [maker, buy(randomUUID(), '1', 'AU', { corrects }), 'it announced another event'],
    [rival, buy(randomUUID(), '1', 'AU', { corrects, id: right, facility: theirs }), 'of another']
  ] as const) {
    t.ok((await codes(actor, told)).includes('CORRECTIVE_UNANNOUNCED'), why)
  }
  const named = await codes(maker, correct(facility, another['id'], right))
  t.same(named, ['ID_CONFLICT'], 'one event cannot take two places')
  const shared = randomUUID()
  const lines = [another, fourth].map(({ id }) => JSON.stringify(correct(facility, id, shared)))
  const both = await maker.request('POST', '/v1/events', lines.join('\n'), {
    'content-type': 'application/x-ndjson'
  })
  t.match([both.status, both.body.findings ?? both.body], [422, [{ code: 'ID_CONFLICT' }]])
  t.same(await codes(maker, correct(facility, bought['id'])), ['CORRECTION_TARGET'], 'twice')
  t.same(await codes(maker, correct(facility, correction.id)), ['CORRECTION_TARGET'], 'itself')
  t.same(await codes(maker, smelt(oxide, '1', randomUUID(), '0.8')), ['BATCH_UNKNOWN'], 'void')
})

t.test('a strict request with a wrong corrective event takes back nothing', async (t) => {
  const { accept, buy, facility, maker, status } = await shop(t)
  const oxide = randomUUID()
  const wrong = buy(oxide, '700', 'AU')
  await accept(wrong)
  const right = randomUUID()
  const correction = correct(facility, wrong['id'], right)
  const lines = [correction, buy(oxide, '-1', 'CN', { id: right, corrects: correction.id })]
  const send = (documents: unknown[]) =>
    maker.request('POST', '/v1/events', documents.map((each) => JSON.stringify(each)).join('\n'), {
      'content-type': 'application/x-ndjson'
    })
  t.equal((await send(lines)).status, 422)
  t.equal(await status(oxide), 'clear')
  const good = [correction, buy(oxide, '700', 'CN', { id: right, corrects: correction.id })]
  const answer = await send(good)
  t.equal(answer.status, 200, JSON.stringify(answer.body))
  t.equal(await status(oxide), 'clear')
})

t.test('a dry run of corrections tells what recording them would', async (t) => {
  const { accept, buy, smelt, facility, maker } = await shop(t)
  const [oxide, metal, other] = [randomUUID(), randomUUID(), randomUUID()]
  const wrong = buy(oxide, '700', 'AU')
  await accept(wrong)
  await accept(smelt(oxide, '600', metal, '490'))
  const right = randomUUID()
  const correction = correct(facility, wrong['id'], right)
  const bought = buy(other, '10', 'AU')
  const documents = [
    correction,
    buy(oxide, '650', 'CN', { id: right, corrects: correction.id }),
    smelt(oxide, '51', randomUUID(), '41'),
    smelt(oxide, '50', randomUUID(), '41'),
    bought,
    correct(facility, bought['id']),
    smelt(other, '1', randomUUID(), '0.8'),
    correct(facility, bought['id'])
  ]
  const check = async (sent: readonly unknown[]) => {
    const lines = sent.map((each) => JSON.stringify(each)).join('\n')
    const type = { 'content-type': 'application/x-ndjson' }
    const { body } = await maker.request('POST', '/v1/events/check', lines, type)
    return body.results.map((line: { findings: { code: string }[] }) =>
      line.findings.map(({ code }) => code).join()
    )
  }
  const told = ['', '', 'BATCH_OVERDRAWN', '', '', '', 'BATCH_UNKNOWN', 'CORRECTION_TARGET']
  t.same(await check(documents), told)
  const alone = await maker.request('POST', '/v1/events/check', correction)
  t.same(alone.body, { acceptable: true, findings: [] })
  t.same(await check(documents), told, 'nothing was stored')
  await accept(correction)
  t.same(await check(documents.slice(1, 3)), ['', 'BATCH_OVERDRAWN'])
})
