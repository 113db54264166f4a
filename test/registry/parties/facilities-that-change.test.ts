import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { kg } from '../../support/books.ts'
import { mined, oreChain } from '../../support/ore-chain.ts'

const WRONG = '2026-09-01T00:00:00Z'

/** An operator blends its ore at the plant of somebody else, which then says that it never ran it. */
async function deniedOperator(t: Parameters<typeof oreChain>[0], campaign?: string) {
  const chain = await oreChain(t)
  const owner = await chain.party('Owner of the plant', 'AU')
  const maker = await chain.party('Operator', 'FI')
  const other = await chain.party('Another operator', 'DE')
  const terms = { name: 'Works', country: 'FI', validFrom: '2020-01-01' }
  const { organization } = owner
  const plant = await chain.service.facility(organization, {
    ...terms,
    operator: maker.organization
  })
  const wrong = randomUUID()
  const ore = await maker.commission(mined('100'), { id: wrong, time: WRONG })
  const blend = randomUUID()
  await maker.record({
    type: 'transform',
    facility: plant,
    stages: ['storage_transport_trade'],
    inputs: [{ batch: ore, mass: kg('60') }],
    outputs: [{ ...mined('60'), entry: undefined, id: blend }],
    ...(campaign === undefined ? {} : { campaign })
  })
  const version = {
    ...terms,
    validFrom: '2021-01-01',
    stages: ['mining'],
    operator: other.organization
  }
  const { status } = await owner.request('POST', `/v1/facilities/${plant}/versions`, version)
  t.equal(status, 201)
  return { chain, maker, wrong, ore, blend }
}

for (const campaign of [undefined, 'RUN-1']) {
  const where = campaign === undefined ? 'by itself' : 'in a campaign'
  t.test(
    `what was made ${where} at a plant that is said to be run by others is evaluated again`,
    async (t) => {
      const { chain, maker, wrong, ore, blend } = await deniedOperator(t, campaign)
      const correct = randomUUID()
      const corrective = randomUUID()
      await maker.record({
        id: correct,
        type: 'correct',
        event: wrong,
        reason: 'incorrect_data',
        correctiveEvent: corrective
      })
      const outputs = [{ id: ore, ...mined('90') }]
      await maker.record({
        id: corrective,
        type: 'commission',
        corrects: correct,
        time: WRONG,
        outputs
      })
      while ((await reevaluateStep(chain.service.deps)) > 0);
      const { body } = await maker.request('GET', `/v1/batches/${blend}`)
      t.match(body, { status: 'clear', massKg: '60' })
      t.same((await verifyBooks(chain.service.deps)).differences, [])
    }
  )
}
