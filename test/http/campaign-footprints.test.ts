import { randomUUID } from 'node:crypto'
import t from 'tap'
import { kg, oxides } from '../support/books.ts'
import { programme } from '../support/epd-programme.ts'
import { epdDocument } from '../support/epds.ts'
import { oreChain } from '../support/ore-chain.ts'

const CARBONATE = oxides({ Nd2O3: '38', Pr6O11: '12' })
const OXIDE = oxides({ Nd2O3: '75.6', Pr6O11: '23.9' })

const chain = await oreChain(t)
const works = await chain.party('Works', 'MY')
const buyer = await chain.party('Buyer', 'DE', 'buyer')
const its = await programme(chain.service)

/** 10 kg CO2e for each kilogram of carbonate, everything before it included. */
const document = epdDocument('ndpr-oxide', (epd) => {
  epd['owner'] = { name: works.name }
  epd['product'] = { stage: 'cracking_leaching', class: 'mixed_carbonate' }
  epd['geography'] = ['001']
  epd['declaredUnit'] = { value: '1', unit: 'KGM' }
  epd['validFrom'] = '2026-01-01'
  epd['boundary'] = { kind: 'cradle_to_gate', modules: ['A1-A3'] }
  epd['results'] = [
    {
      indicator: 'GWP-total',
      unit: 'kg CO2 eq',
      values: [{ module: 'A1-A3', value: '10' }]
    }
  ]
})
const submitted = await works.request('POST', '/v1/epds', document)
if (submitted.status !== 201) throw new Error(JSON.stringify(submitted.body))
await its.published({ id: document['id'], version: document['version'] })

const carbonate = () =>
  works.commission({
    product: { class: 'mixed_carbonate', name: 'Mixed carbonate' },
    entry: 'purchased',
    mass: kg('1000'),
    assay: CARBONATE,
    epd: document['id']
  })

/** Separates; the ids of what came out. */
async function separate(
  inputs: readonly string[],
  outputs: readonly { readonly massKg: string; readonly share?: string }[],
  campaign?: string
): Promise<string[]> {
  const ids = outputs.map(() => randomUUID())
  await works.record({
    type: 'transform',
    stages: ['separation'],
    ...(campaign ? { campaign } : {}),
    inputs: inputs.map((batch) => ({ batch, mass: kg('1000') })),
    outputs: outputs.map(({ massKg, share }, index) => ({
      id: ids[index],
      product: { class: 'separated_oxide', name: 'NdPr oxide' },
      mass: kg(massKg),
      assay: OXIDE,
      ...(share ? { allocation: { method: 'economic', share } } : {})
    }))
  })
  return ids
}

interface Footprint {
  readonly footprints: readonly { readonly value: string }[]
  readonly allocations: readonly { readonly method: string; readonly share: string }[]
}

async function footprint(batch: string | undefined, by = works): Promise<Footprint> {
  return (await by.request('GET', `/v1/batches/${batch}/footprint`)).body
}
const figureOf = async (batch: string | undefined) =>
  Number((await footprint(batch)).footprints[0]?.value)

/** 490 kg of oxide hold what 1,000 kg of carbonate brought, but for the part that stays. */
const ALONE = 10_000 / 490

t.test('a campaign makes no footprint smaller than the same run in one event', async (t) => {
  const [alone] = await separate([await carbonate()], [{ massKg: '490' }])
  t.ok(Math.abs((await figureOf(alone)) - ALONE) < 1e-9)

  t.test('accepts a feed that is given out at once', async (t) => {
    const [batch] = await separate([await carbonate()], [{ massKg: '490' }], 'at once')
    // What 490 kg of oxide do not hold of the rare earths is still in the campaign.
    const kept = 1 - (490 * 0.995) / (1000 * 0.5)
    t.ok(
      Math.abs((await figureOf(batch)) - ALONE * (1 - kept)) < 0.01,
      String(await figureOf(batch))
    )
  })

  t.test(
    'accepts one that is given out in parts: each carries as much for a kilogram',
    async (t) => {
      const name = 'in parts'
      await separate([await carbonate()], [], name)
      const [first] = await separate([], [{ massKg: '200' }], name)
      const [second] = await separate([], [{ massKg: '290' }], name)
      t.ok(Math.abs((await figureOf(first)) - (await figureOf(second))) < 0.01)
      t.ok((await figureOf(second)) > ALONE * 0.97)
      const total = 200 * (await figureOf(first)) + 290 * (await figureOf(second))
      t.ok(total < 10_000, 'and never more than was fed')

      const { allocations } = await footprint(second)
      t.same(
        allocations.map(({ method }) => method),
        ['campaign', 'campaign']
      )
      await works.send(second ?? '', '10', buyer)
      t.same((await footprint(second, buyer)).allocations, [], "a plant's own affair")
    }
  )

  t.test('accepts stated shares: of what leaves with the same event', async (t) => {
    const name = 'stated'
    await separate([await carbonate()], [], name)
    const outputs = [
      { massKg: '100', share: '0.75' },
      { massKg: '100', share: '0.25' }
    ]
    const [main, side] = await separate([], outputs, name)
    const [rest] = await separate([], [{ massKg: '290', share: '1' }], name)
    t.ok(Math.abs((await figureOf(main)) / (await figureOf(side)) - 3) < 1e-6)
    const first = (await figureOf(main)) + (await figureOf(side))
    t.ok(Math.abs(first / 2 - (await figureOf(rest))) < 0.01, 'the same for each kilogram together')
    const { allocations } = await footprint(main)
    t.match(allocations, [{ method: 'economic', share: '0.75' }, { method: 'campaign' }])
  })
})
