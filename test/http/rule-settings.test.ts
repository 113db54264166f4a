import { randomUUID } from 'node:crypto'
import t from 'tap'
import { verifyBooks } from '../../src/registry/audit/verify-books.ts'
import { reevaluateStep } from '../../src/registry/books/reevaluate.ts'
import { elements, kg, oxides } from '../support/books.ts'
import { oreChain, type Party } from '../support/ore-chain.ts'

const OXIDE = oxides({ Nd2O3: '99.5' }, { complete: true })
const METAL = elements({ Nd: '99.5', Fe: '0.5' })

async function smelter(t: Parameters<typeof oreChain>[0]) {
  const chain = await oreChain(t)
  const party = await chain.party('Smelter', 'FI')
  const oxide = await party.commission({
    product: { class: 'separated_oxide', name: 'Nd oxide' },
    entry: 'purchased',
    mass: kg('1000'),
    assay: OXIDE,
    declared: [{ element: '*', step: 'mined', country: 'AU' }]
  })
  const set = (rule: string, mode: string, of: Party = party) =>
    of.request('POST', '/v1/rule-settings', { rule, mode })
  const melt = (inKg: string, outKg: string, more: object = {}) => {
    const id = randomUUID()
    const document = {
      type: 'transform',
      id: randomUUID(),
      time: '2026-10-01T00:00:00Z',
      facility: party.facility,
      stages: ['metal_making'],
      inputs: [{ batch: oxide, mass: kg(inKg) }],
      outputs: [
        { id, product: { class: 'ree_metal', name: 'Metal' }, mass: kg(outKg), assay: METAL }
      ],
      ...more
    }
    return party
      .request('POST', '/v1/events', document)
      .then((answer) => ({ ...answer, id, event: document.id }))
  }
  const get = async (path: string) => (await party.request('GET', path)).body
  return { chain, party, oxide, set, melt, get }
}

t.test('accepts', async (t) => {
  t.test(
    'a rule that flags: stored with its finding, contested, told to whoever reads',
    async (t) => {
      const { chain, set, melt, get } = await smelter(t)
      t.equal((await melt('100', '40')).status, 422)
      t.match((await set('R5', 'flag')).body, { rule: 'R5', mode: 'flag', position: Number })
      const { status, body, id } = await melt('100', '40')
      t.equal(status, 201, JSON.stringify(body))
      t.match(body.findings, [{ code: 'MB_ELEMENT_LOSS', severity: 'error' }])
      t.match(await get(`/v1/batches/${id}`), { status: 'contested' })
      t.match((await get(`/v1/batches/${id}/findings`)).items, [{ code: 'MB_ELEMENT_LOSS' }])
      t.match(await get(`/v1/batches/${id}/recycled`), { verified: false })
      t.match((await set('R5', 'refuse')).body, { mode: 'refuse' })
      t.equal((await melt('100', '40')).status, 422, 'and refuses again')
      const { differences } = await verifyBooks(chain.service.deps)
      t.same(differences, [], 'the books follow from the events and the settings of their time')
    }
  )

  t.test('mass that nothing explains has an unknown origin', async (t) => {
    const { chain, set, melt, get } = await smelter(t)
    await set('R3', 'flag')
    const { status, id } = await melt('100', '100')
    t.equal(status, 201)
    const { elements: rows } = await get(`/v1/batches/${id}/origins`)
    const neodymium = rows.find((each: { element: string }) => each.element === 'Nd')
    const inKg = 99.5 * 0.857355987
    const unknown = Number(neodymium.unknown)
    t.ok(Math.abs(unknown - (99.5 - inKg) / 99.5) < 1e-6, `${unknown} is what came on top`)
    t.same((await verifyBooks(chain.service.deps)).differences, [])
  })

  t.test('what is flagged stays contested when it is evaluated again', async (t) => {
    const { chain, party, set, melt, get, oxide } = await smelter(t)
    await set('R5', 'flag')
    const { id } = await melt('100', '40')
    const commissioned = (await get(`/v1/batches/${oxide}/history`)).content[0].event
    const corrective = randomUUID()
    const correction = randomUUID()
    await party.record({
      type: 'correct',
      id: correction,
      event: commissioned,
      reason: 'incorrect_data',
      correctiveEvent: corrective
    })
    await party.record({
      type: 'commission',
      id: corrective,
      corrects: correction,
      time: '2026-09-01T07:00:00.000Z',
      outputs: [
        {
          id: oxide,
          product: { class: 'separated_oxide', name: 'Nd oxide' },
          entry: 'purchased',
          mass: kg('900'),
          assay: OXIDE
        }
      ]
    })
    while ((await reevaluateStep(chain.service.deps)) > 0);
    t.match(await get(`/v1/batches/${id}`), { status: 'contested' })
    t.same((await verifyBooks(chain.service.deps)).differences, [])
  })

  t.test('the list of what may be set', async (t) => {
    const { set, get } = await smelter(t)
    await set('R12', 'flag')
    const { items } = await get('/v1/rule-settings')
    t.equal(items.length, 8)
    t.match(
      items.filter((each: { mode: string }) => each.mode === 'flag'),
      [{ rule: 'R12' }]
    )
  })
})

t.test('refuses to flag what holds always', async (t) => {
  const { set } = await smelter(t)
  for (const rule of ['R1', 'R2', 'R6', 'R7', 'R13', 'R14', 'R16', 'R99']) {
    t.match((await set(rule, 'flag')).body, { code: 'REQUEST_INVALID' }, rule)
  }
  t.equal((await set('R5', 'ignore')).status, 400)
})

t.test("protects: a setting is of one's own organization", async (t) => {
  const { chain, melt, set } = await smelter(t)
  const other = await chain.party('Other', 'SE')
  await set('R5', 'flag', other)
  t.equal((await melt('100', '40')).status, 422)
})
