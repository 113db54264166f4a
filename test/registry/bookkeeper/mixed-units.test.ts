import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { kg } from '../../support/books.ts'
import type { Chain, Party } from '../../support/ore-chain.ts'
import { mined, oreChain } from '../../support/ore-chain.ts'

const EARLY = '2026-09-01T00:00:00Z'
const LATER = '2026-10-01T00:00:00Z'
const { product } = mined('1')

/** What comes along in one request with a correction of something else. */
const alongside = (lot: string, blend: string) => [
  { type: 'commission', outputs: [{ id: lot, ...mined('7') }] },
  {
    type: 'transform',
    time: LATER,
    stages: ['storage_transport_trade'],
    inputs: [{ batch: lot, mass: kg('3') }],
    outputs: [{ id: blend, product, mass: kg('3'), assay: 'inherited' }]
  }
]

async function correctedTogether(chain: Chain, maker: Party, others: readonly object[]) {
  const [wrong, correct, corrective] = [randomUUID(), randomUUID(), randomUUID()]
  const ore = await maker.commission(mined('100'), { id: wrong, time: EARLY })
  const why = { event: wrong, reason: 'incorrect_data', correctiveEvent: corrective }
  const outputs = [{ id: ore, ...mined('90') }]
  const lines = [
    { id: correct, type: 'correct', time: LATER, ...why },
    { id: corrective, type: 'commission', corrects: correct, outputs },
    ...others
  ].map((line) => JSON.stringify({ facility: maker.facility, time: EARLY, ...line }))
  const type = { 'content-type': 'application/x-ndjson' }
  const answer = await maker.request('POST', '/v1/events', lines.join('\n'), type)
  return { ore, answer, verify: () => verifyBooks(chain.service.deps) }
}

t.test(
  'what comes in one request with a correction of something else is not in doubt',
  async (t) => {
    const chain = await oreChain(t)
    const maker = await chain.party('Maker', 'FI')
    const [lot, blend] = [randomUUID(), randomUUID()]
    const { answer, verify } = await correctedTogether(chain, maker, alongside(lot, blend))
    t.match(answer.body, { accepted: 4, refused: 0 })
    for (const batch of [lot, blend]) {
      const { body } = await maker.request('GET', `/v1/batches/${batch}`)
      t.match(body, { status: 'clear' })
    }
    for (const { id, type } of answer.body.results) {
      const { status } = await maker.request('GET', `/v1/events/${id}/reevaluation`)
      const corrects = type === 'correct' || id === answer.body.results[1].id
      t.equal(status, corrects ? 200 : 404, type)
    }
    t.same((await verify()).differences, [])
  }
)

t.test('what is made of a batch in doubt in the same request is in doubt as well', async (t) => {
  const chain = await oreChain(t)
  const maker = await chain.party('Maker', 'FI')
  const other = await maker.commission(mined('50'), { id: randomUUID(), time: EARLY })
  const made = await maker.blend({ [other]: '50' }, '50')
  const event = (await maker.request('GET', `/v1/batches/${other}`)).body.event
  const blend = randomUUID()
  const { answer, verify } = await correctedTogether(chain, maker, [
    { type: 'correct', time: LATER, event, reason: 'did_not_occur' },
    {
      type: 'transform',
      time: LATER,
      stages: ['storage_transport_trade'],
      inputs: [{ batch: made, mass: kg('3') }],
      outputs: [{ id: blend, product, mass: kg('3'), assay: 'inherited' }]
    }
  ])
  t.match(answer.body, { accepted: 4, refused: 0 })
  t.match((await maker.request('GET', `/v1/batches/${blend}`)).body, { status: 'suspect' })
  while ((await reevaluateStep(chain.service.deps)) > 0);
  t.match((await maker.request('GET', `/v1/batches/${blend}`)).body, { status: 'contested' })
  t.same((await verify()).differences, [])
})
