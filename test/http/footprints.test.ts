import { randomUUID } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { reevaluateStep } from '../../src/registry/books/reevaluate.ts'
import { programme } from '../support/epd-programme.ts'
import { type EpdDocument, epdDocument } from '../support/epds.ts'
import { mined, oreChain, type Party } from '../support/ore-chain.ts'
import { readTable } from '../support/read-workbook.ts'

const chain = await oreChain(t)
const mine = await chain.party('Mine', 'AU')
const hidden = await chain.party('Hidden', 'CN')
const trader = await chain.party('Trader', 'SG')
const buyer = await chain.party('Buyer', 'DE', 'buyer')
const stranger = await chain.party('Stranger', 'FR')
const its = await programme(chain.service)

const documentOf = (
  party: Party,
  gwp: string,
  change: (document: EpdDocument) => void = () => {}
) =>
  epdDocument('ndpr-metal-gate-to-gate', (epd) => {
    epd['owner'] = { name: party.name }
    epd['product'] = { stage: 'mining', class: 'ore' }
    epd['geography'] = ['001']
    epd['results'][0].values[0].value = gwp
    change(epd)
  })

/** Submits a declaration of a party and publishes it; its id. */
async function publish(
  party: Party,
  gwp: string,
  change: (document: EpdDocument) => void = () => {}
): Promise<string> {
  const document = documentOf(party, gwp, change)
  const answer = await party.request('POST', '/v1/epds', document)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  await its.published(versionOf(document))
  return document['id']
}

const versionOf = ({ id, version }: EpdDocument) => ({ id, version })

const fromCradle = (epd: EpdDocument) => {
  epd['boundary'] = { kind: 'cradle_to_gate', modules: ['A1-A3'] }
  epd['results'][0].values[0].module = 'A1-A3'
  epd['dataQuality'] = { primaryDataSharePct: '50' }
}
const footprint = (batch: string, query = '') => `/v1/batches/${batch}/footprint${query}`

const oreEpd = await publish(mine, '12', fromCradle)
const blendEpd = await publish(trader, '1.5')
const ore = await mine.commission(mined('1000', { number: 'ORE-A', epd: oreEpd }))
const secretEpd = await publish(hidden, '24', fromCradle)
const secret = await hidden.commission(mined('1000', { number: 'SECRET-7', epd: secretEpd }), {
  disclosure: 'restricted'
})
await mine.send(ore, '800', trader)
await hidden.send(secret, '200', trader)

const blend = await trader.blend({ [ore]: '300', [secret]: '100' }, '400', { epd: blendEpd })

await trader.send(blend, '200', buyer)

t.test('GET /v1/batches/{id}/footprint', async (t) => {
  t.test('accepts a question by a holder: own process and what lies upstream', async (t) => {
    const { status, body } = await buyer.request('GET', footprint(blend))
    t.equal(status, 200)
    t.equal(body.footprints.length, 1)
    t.match(body.footprints[0], {
      method: 'EF 3.1',
      unit: 'kg CO2e per kg',
      value: '16.500000000000',
      complete: true,
      primaryDataSharePct: '45.4545',
      coveragePct: '100.0000'
    })
    const lines = body.footprints[0].contributions
    t.strictSame(
      lines.map(({ number }: { number: string | null }) => number),
      [null, null, 'ORE-A'],
      'its lot number, unless it is withheld'
    )
    t.strictSame(
      lines.map(({ node, epd, value }: { node: string; epd?: object; value: string }) => [
        node === blend || node === ore ? 'named' : node,
        epd !== undefined,
        value
      ]),
      [
        ['named', true, '1.500000000000'],
        ['withheld', false, '6.000000000000'],
        ['named', true, '9.000000000000']
      ]
    )
    t.match(body.unknowns, [{ kind: 'primary_share', node: blend, affects: 'primary_share' }])
  })

  t.test(
    'accepts a question about the past: what was published later is unknown then',
    async (t) => {
      const epd = await publish(trader, '2')
      const batch = await trader.blend({ [ore]: '10' }, '10', { epd })
      const now = (await trader.request('GET', footprint(batch))).body
      t.equal(now.footprints[0].value, '14.000000000000')
      const { body } = await trader.request('GET', `/v1/epds/${epd}`)
      await its.deregistered(versionOf(body), 'A wrong meter reading.')
      const later = (await trader.request('GET', footprint(batch))).body
      t.match(later.unknowns, [{ kind: 'epd_withdrawn', node: batch }])
      t.match(later.footprints[0], { value: '12.000000000000', complete: false })
      const then = await trader.request('GET', footprint(batch, `?asOf=${now.position}`))
      t.strictSame(then.body.footprints, now.footprints)
    }
  )

  t.test('accepts a batch whose declaration was not valid when it was made', async (t) => {
    const epd = randomUUID()
    const batch = await trader.blend({ [ore]: '10' }, '10', { epd })
    await publish(trader, '2', (document) => {
      document['id'] = epd
      document['validFrom'] = '2026-11-01'
    })
    const { body } = await trader.request('GET', footprint(batch))
    t.match(body.unknowns, [{ kind: 'epd_not_valid', node: batch, affects: 'value' }])
  })

  t.test(
    'accepts a batch of which an input was taken back: it is contested and lacks a figure',
    async (t) => {
      const wrong = await mine.commission(mined('10', { epd: oreEpd }))
      await mine.send(wrong, '10', trader)
      const epd = await publish(trader, '2')
      const batch = await trader.blend({ [ore]: '10', [wrong]: '10' }, '20', { epd })
      const before = (await trader.request('GET', footprint(batch))).body
      t.match(before, {
        status: 'clear',
        footprints: [{ value: '14.000000000000', complete: true }]
      })
      const { event } = (await mine.request('GET', `/v1/batches/${wrong}`)).body
      await mine.record({ type: 'correct', event, reason: 'did_not_occur' })
      while ((await reevaluateStep(chain.service.deps)) > 0);
      const { body } = await trader.request('GET', footprint(batch))
      t.match(body, {
        status: 'contested',
        footprints: [{ value: '8.000000000000', complete: false }]
      })
      t.match(body.unknowns[1], { kind: 'voided', node: wrong, affects: 'value' })
      const report = await trader.request('GET', `/v1/reports/footprint-chain?batch=${batch}`)
      t.equal(report.body.status, 'contested')
      const table = await trader.request('GET', footprint(batch, '?format=csv'))
      t.match(String(table.body), /,batch_status\r\n.*,contested\r\n/)
      t.match((await mine.request('GET', footprint(wrong))).body.unknowns, [{ kind: 'voided' }])
    }
  )

  t.test('accepts a declaration of another registry, and says that it is one', async (t) => {
    const document = documentOf(trader, '2')
    const where = 'operator=Programme%20Nord&registrationNumber=S-1&href=https://r.example/1'
    const made = await trader.request('POST', `/v1/epds?state=external&${where}`, document)
    t.equal(made.status, 201, JSON.stringify(made.body))
    const epd = made.body.id
    const batch = await trader.blend({ [ore]: '10' }, '10', { epd })
    const { body } = await trader.request('GET', footprint(batch))
    t.equal(body.footprints[0].value, '14.000000000000')
    const own = body.footprints[0].contributions.find(
      ({ node }: { node: string }) => node === batch
    )
    t.match(own.epd, { id: epd, external: true })
  })

  t.test(
    'refuses a gate-to-gate figure of another registry that holds raw materials',
    async (t) => {
      const stated = [
        { modules: ['A1-A3'], values: ['A1-A3'] },
        { modules: ['A3'], values: ['A1-A3'] },
        { modules: ['A1', 'A2', 'A3'], values: ['A1', 'A2', 'A3'] }
      ]
      for (const [index, { modules, values }] of stated.entries()) {
        const document = documentOf(trader, '12', (epd) => {
          epd['boundary'] = { kind: 'gate_to_gate', modules }
          epd['results'][0].values = values.map((module) => ({ module, value: '4' }))
        })
        const where = `operator=Programme%20Nord&registrationNumber=R-${index}&href=https://r.example/r${index}`
        const made = await trader.request('POST', `/v1/epds?state=external&${where}`, document)
        t.equal(made.status, 201, JSON.stringify(made.body))
        const batch = await trader.blend({ [ore]: '1' }, '1', { epd: made.body.id })
        t.match(await trader.request('GET', footprint(batch)), {
          status: 422,
          body: { code: 'EPD_DOUBLE_COUNT', errors: [{ message: /contradicts itself/ }] }
        })
      }
    }
  )

  t.test('accepts a figure of before, when another version spoke', async (t) => {
    const epd = await publish(trader, '2')
    const next = documentOf(trader, '5', (document) => {
      Object.assign(document, { id: epd, version: '4', validFrom: '2027-01-01' })
    })
    await trader.request('POST', '/v1/epds', next)
    await its.published({ id: epd, version: '4' })
    const batch = await trader.blend({ [ore]: '10' }, '10', { epd })
    const { body } = await trader.request('GET', footprint(batch))
    t.equal(body.footprints[0].value, '14.000000000000', 'the superseded one, which was valid then')
  })

  t.test(
    'accepts a batch without any declaration: there is no figure, and it is said',
    async (t) => {
      const batch = await trader.commission(mined('5'))
      const { body } = await trader.request('GET', footprint(batch))
      t.strictSame(body.footprints, [])
      t.match(body.unknowns, [{ kind: 'no_epd', node: batch }])
    }
  )

  t.test('accepts the stated allocation of the event', async (t) => {
    const allocation = { method: 'economic', share: '0.25' }
    const epd = await publish(trader, '0')
    const batch = await trader.blend({ [ore]: '40' }, '40', { epd, allocation })
    const { body } = await trader.request('GET', footprint(batch))
    t.match(body.footprints[0], { value: '3.000000000000' })
  })

  t.test('accepts co-products, which carry the burdens of a run once and never more', async (t) => {
    const time = '2026-11-20T08:00:00Z'
    const [one, other] = [randomUUID(), randomUUID()]
    const split = (shares: readonly (string | null)[]) => ({
      type: 'transform',
      facility: trader.facility,
      time,
      stages: ['storage_transport_trade'],
      inputs: [{ batch: ore, mass: { value: '10', unit: 'KGM', basis: 'dry' } }],
      outputs: shares.map((share, index) => ({
        id: [one, other][index],
        product: { class: 'ore', name: 'Ore' },
        mass: { value: index === 0 ? '8' : '2', unit: 'KGM', basis: 'dry' },
        assay: 'inherited',
        ...(share === null ? {} : { allocation: { method: 'economic', share } })
      }))
    })
    const check = (shares: readonly string[]) =>
      trader.request('POST', '/v1/events/check', split(shares))
    const codes = async (shares: readonly string[]) =>
      (await check(shares)).body.findings.map(({ code }: { code: string }) => code)
    t.strictSame(await codes(['0.9', '0.100001']), [], 'rounded')
    t.strictSame(await codes(['0.9', '0.05']), [], 'a residue may carry the rest')
    t.strictSame(await codes(['0.9', '0.3']), ['ALLOCATION_SUM'])

    const { status, body } = await trader.request('POST', '/v1/events', split(['0.9', null]))
    t.equal(status, 201, JSON.stringify(body))
    const value = async (batch: string) =>
      Number((await trader.request('GET', footprint(batch))).body.footprints[0].value)
    const { allocations } = (await trader.request('GET', footprint(other))).body
    t.strictSame(allocations, [{ node: other, number: null, method: 'mass', share: '0.100000' }])
    const stated = (await trader.request('GET', footprint(one))).body.allocations
    t.strictSame(stated, [{ node: one, number: null, method: 'economic', share: '0.9' }])
    const table = await trader.request('GET', footprint(one, '?format=csv'))
    t.match(table.body, /,allocation,.*,economic,0\.9,/)
    t.equal(8 * (await value(one)), 108, '0.9 of 10 kg at 12')
    t.equal(2 * (await value(other)), 12, 'and no more than the rest')
  })

  t.test('accepts a wish for CSV: one line for each figure', async (t) => {
    const { headers, body } = await trader.request('GET', footprint(blend, '?format=csv'))
    t.match(headers['content-type'], /^text\/csv/)
    const lines = body.trim().split('\r\n')
    t.strictSame(
      lines.map((line: string) => line.split(',')[3]),
      ['line', 'total', 'contribution', 'contribution', 'contribution', 'unknown']
    )
  })

  t.test('refuses to count twice, with the pair that causes it', async (t) => {
    const epd = await publish(trader, '14', (document) => {
      document['includes'] = [{ epd: oreEpd, quantity: { value: '1', unit: 'KGM' } }]
    })
    const batch = await trader.blend({ [ore]: '10' }, '10', { epd })
    const { status, body } = await trader.request('GET', footprint(batch))
    t.equal(status, 422)
    t.match(body, { code: 'EPD_DOUBLE_COUNT', errors: [{ pointer: batch }] })
    t.match(body.errors[0].message, epd)
    t.match(body.errors[0].message, oreEpd)
    const above = await trader.blend({ [batch]: '5' }, '5', {})
    t.match((await trader.request('GET', footprint(above))).body, { code: 'EPD_DOUBLE_COUNT' })
  })

  t.test('protects the chain: others are told nothing', async (t) => {
    t.equal((await stranger.request('GET', footprint(blend))).status, 404)
    const told = JSON.stringify((await buyer.request('GET', footprint(blend))).body)
    t.notMatch(told, secret)
    t.notMatch(told, secretEpd)
  })
})

t.test('GET /v1/reports/footprint-chain', async (t) => {
  const report = `/v1/reports/footprint-chain?batch=${blend}`

  t.test('accepts a question by a holder: the same bytes at the same position', async (t) => {
    const first = await trader.request('GET', report)
    t.equal(first.status, 200)
    t.match(first.body, { report: 'footprint-chain', batch: blend, contentHash: /^[0-9a-f]{64}$/ })
    t.equal(first.body.footprints[0].value, '16.500000000000')
    const again = await trader.request('GET', `${report}&asOf=${first.body.position}`)
    t.strictSame(again.body.footprints, first.body.footprints)
    const book = await trader.request('GET', `${report}&format=xlsx`)
    const [total] = await readTable(book.raw)
    t.equal(total?.['kg_co2e_per_kg'], '16.500000000000', 'with every digit')
  })

  t.test('accepts a wish for CSV: every line carries the head of the report', async (t) => {
    const { body } = await trader.request('GET', report)
    const table = await trader.request('GET', `${report}&format=csv&asOf=${body.position}`)
    const rows: Record<string, string>[] = parse(table.body, { columns: true })
    const [total] = rows
    t.equal(total?.['kg_co2e_per_kg'], body.footprints[0].value)
    const asked = await trader.request('GET', `${report}&asOf=${body.position}`)
    for (const row of rows) {
      t.match(row, {
        rule_version: 'footprint-chain (2026-11-23)',
        data_cutoff: body.dataCutoff,
        requester: trader.organization,
        content_hash: asked.body.contentHash,
        disclaimer: /not legal advice/
      })
    }
    t.equal(
      rows.length,
      body.footprints[0].contributions.length + 1 + body.allocations.length + body.unknowns.length
    )
  })

  t.test('refuses a question without a batch', async (t) => {
    t.equal((await trader.request('GET', '/v1/reports/footprint-chain')).status, 400)
  })

  t.test('protects the chain: others are told nothing', async (t) => {
    t.equal((await stranger.request('GET', report)).status, 404)
  })
})
