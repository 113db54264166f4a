import { randomUUID } from 'node:crypto'
import t from 'tap'
import { campaignId } from '../../src/domain/custody/campaign.ts'
import { elements, kg, oxides } from '../support/books.ts'
import { programme } from '../support/epd-programme.ts'
import { type EpdDocument, epdDocument } from '../support/epds.ts'
import { oreChain } from '../support/ore-chain.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const METAL = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })

const chain = await oreChain(t)
const works = await chain.party('Works', 'EE')
const other = await chain.party('Other', 'FR')
const its = await programme(chain.service)

async function publish(
  change: (document: EpdDocument) => void = () => {},
  owner = works
): Promise<string> {
  const document = epdDocument('ndpr-metal-gate-to-gate', (epd) => {
    epd['owner'] = { name: owner.name }
    change(epd)
  })
  const answer = await owner.request('POST', '/v1/epds', document)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  await its.published({ id: document['id'], version: document['version'] })
  return document['id']
}

const product = { class: 'ree_metal', name: 'NdPr metal' }

async function oxide(): Promise<string> {
  return works.commission({
    product: { class: 'separated_oxide', name: 'NdPr oxide' },
    entry: 'purchased',
    mass: kg('1000'),
    assay: OXIDE
  })
}

const melt = (batch: string, more: object) => ({
  type: 'transform',
  stages: ['metal_making'],
  inputs: [{ batch, mass: kg('120') }],
  outputs: [{ id: randomUUID(), product, mass: kg('100'), assay: METAL, ...more }]
})

const codes = (answer: { body: { findings?: { code: string; severity: string }[] } }) =>
  (answer.body.findings ?? []).map(({ code, severity }) => `${severity} ${code}`)

t.test('a batch that names a declaration', async (t) => {
  const lot = await oxide()

  t.test('accepts the one of its product, stage, facility and day', async (t) => {
    const epd = await publish((document) => {
      document['sites'] = [{ facility: works.facility }]
    })
    const answer = await works.record(melt(lot, { epd }))
    t.same([answer.status, codes(answer)], [201, []])
    const { body } = await works.request('GET', `/v1/batches/${answer.body.batches[0].id}`)
    t.match(body.coveredBy, { epd, version: '3', by: 'batch', gap: null })
  })

  t.test('accepts one that is not published here yet, and says so', async (t) => {
    const epd = randomUUID()
    const answer = await works.record(melt(lot, { epd }))
    t.same([answer.status, codes(answer)], [201, ['warning EPD_UNKNOWN']])
    const url = `/v1/batches/${answer.body.batches[0].id}`
    t.match((await works.request('GET', url)).body.coveredBy, { epd, gap: 'epd_not_found' })
    await publish((document) => {
      document['id'] = epd
    })
    t.match((await works.request('GET', url)).body.coveredBy, { epd, version: '3', gap: null })
  })

  t.test('tells one that is submitted from one that nobody knows, to who may see it', async (t) => {
    const document = epdDocument('ndpr-metal-gate-to-gate', (epd) => {
      epd['owner'] = { name: works.name }
    })
    const [epd, version] = [document['id'], document['version']]
    const { body } = await works.record(melt(await oxide(), { epd }))
    const { id } = body.batches[0]
    const url = `/v1/batches/${id}`
    const before = (await works.request('GET', url)).body
    t.match(before.coveredBy, { epd, gap: 'epd_not_found' })
    const grant = { grantee: other.organization, scope: 'batch' }
    t.equal((await works.request('POST', `/v1/batches/${id}/grants`, grant)).status, 201)
    t.equal((await works.request('POST', '/v1/epds', document)).status, 201)
    const gapFor = async (who: typeof works, asOf = '') =>
      (await who.request('GET', `${url}${asOf}`)).body.coveredBy?.gap
    t.equal(await gapFor(works), 'epd_not_published')
    t.equal(await gapFor(other), 'epd_not_found', 'what is not published is not theirs to know')
    t.equal(await gapFor(works, `?asOf=${before.position}`), 'epd_not_found', 'as known then')
    await its.published({ id: epd, version })
    t.same([await gapFor(works), await gapFor(other)], [null, null])
  })

  t.test('tells a geography that it lies outside of', async (t) => {
    const epd = await publish((document) => {
      document['geography'] = ['CN']
    })
    t.same(codes(await works.record(melt(lot, { epd }))), ['warning EPD_PLACE'])
  })

  t.test(
    'tells that it is the one of somebody else, where it does not name the facility',
    async (t) => {
      const told = async (epd: string, more: object = {}) =>
        codes(await works.record(melt(lot, { epd, ...more })))
      const theirs = await publish((document) => {
        document['product'].representing = 'specific'
      }, other)
      t.same(await told(theirs), ['warning EPD_OF_ANOTHER'])
      const naming = await publish((document) => {
        document['sites'] = [{ facility: works.facility }]
      }, other)
      t.same(await told(naming), [], 'it says that it covers this facility')
      const average = await publish((document) => {
        document['product'].representing = 'average'
      }, other)
      t.same(await told(average), [], 'it stands for others')
      const elsewhere = epdDocument('ndpr-metal-gate-to-gate')
      const query = 'state=external&operator=P&registrationNumber=P-1&href=https://p.example/1'
      t.equal((await other.request('POST', `/v1/epds?${query}`, elsewhere)).status, 201)
      t.same(await told(elsewhere['id']), [], 'whose it is is not known here')
    }
  )

  t.test(
    'refuses one of another product, stage, facility or time; nothing is stored',
    async (t) => {
      const cases: Record<string, [string, (document: EpdDocument) => void]> = {
        product: [
          'EPD_PRODUCT',
          (document) => {
            document['product'] = { stage: 'metal_making', class: 'master_alloy' }
          }
        ],
        stage: [
          'EPD_PRODUCT',
          (document) => {
            document['product'] = { stage: 'alloying', class: 'master_alloy' }
          }
        ],
        facility: [
          'EPD_PLACE',
          (document) => {
            document['sites'] = [{ facility: other.facility }]
          }
        ],
        time: [
          'EPD_VALIDITY',
          (document) => {
            document['validFrom'] = '2026-11-20'
          }
        ]
      }
      for (const [what, [code, change]] of Object.entries(cases)) {
        const epd = await publish(change)
        const at = { facility: works.facility, time: '2026-10-01T06:00:00Z' }
        const event = { id: randomUUID(), ...at, ...melt(lot, { epd }) }
        const answer = await works.request('POST', '/v1/events', event)
        t.equal(answer.status, 422, what)
        t.ok(codes(answer).includes(`error ${code}`), `${what}: ${codes(answer)}`)
        t.match(answer.body.findings[0].pointer, '/outputs/0/epd')
        t.equal((await works.request('GET', `/v1/events/${event.id}`)).status, 404)
      }
    }
  )

  t.test('counts for nothing where it was published later and covers something else', async (t) => {
    const epd = randomUUID()
    const answer = await works.record(melt(lot, { epd }))
    await publish((document) => {
      document['id'] = epd
      document['sites'] = [{ facility: other.facility }]
    })
    const { id } = answer.body.batches[0]
    const { body } = await works.request('GET', `/v1/batches/${id}/footprint`)
    t.match(
      body.unknowns.filter((unknown: { node: string }) => unknown.node === id),
      [{ kind: 'epd_mismatch' }]
    )
    t.match((await works.request('GET', `/v1/batches/${id}`)).body.coveredBy, {
      gap: 'epd_mismatch'
    })
  })
})

t.test('a campaign and the declaration of its period', async (t) => {
  const lot = await oxide()
  const name = 'Cells 2026-09'
  const id = campaignId(works.organization, name)
  const url = `/v1/campaigns/${id}/epds`
  const metal = randomUUID()
  const started = { ...melt(lot, { id: metal }), campaign: name }
  t.equal((await works.record(started)).status, 201)
  const epd = await publish((document) => {
    document['sites'] = [{ facility: works.facility }]
  })
  const before = (await works.request('GET', `/v1/batches/${metal}/footprint`)).body

  t.test('accepts it: it speaks for outputs that name none', async (t) => {
    t.equal((await works.request('GET', `/v1/batches/${metal}`)).body.coveredBy, null)
    const said = await works.request('POST', url, { epd })
    t.match(said, { status: 201, body: { epd, until: null } })
    t.equal((await works.request('POST', url, { epd })).status, 200, 'once')
    const { body } = await works.request('GET', `/v1/batches/${metal}`)
    t.match(body.coveredBy, { epd, version: '3', by: 'campaign', campaign: id, gap: null })
    t.match((await works.request('GET', `/v1/campaigns/${id}`)).body.epds, [{ epd }])
    const { footprints } = (await works.request('GET', `/v1/batches/${metal}/footprint`)).body
    const own = footprints[0].contributions.find((each: { node: string }) => each.node === metal)
    t.match(own, { epd: { id: epd, version: '3' }, value: '10.500000000000' })
    const then = await works.request(
      'GET',
      `/v1/batches/${metal}/footprint?asOf=${before.position}`
    )
    t.same(then.body, before, 'what was answered before stays')
  })

  t.test('accepts its end: later answers do without it', async (t) => {
    const { position } = (await works.request('GET', `/v1/batches/${metal}`)).body
    t.equal((await works.request('DELETE', `${url}/${epd}`)).status, 204)
    t.equal((await works.request('DELETE', `${url}/${epd}`)).status, 404, 'once')
    t.equal((await works.request('GET', `/v1/batches/${metal}`)).body.coveredBy, null)
    const then = await works.request('GET', `/v1/batches/${metal}?asOf=${position}`)
    t.match(then.body.coveredBy, { epd, by: 'campaign' })
    const campaign = `/v1/campaigns/${id}`
    t.same((await works.request('GET', campaign)).body.epds, [])
    t.match((await works.request('GET', `${campaign}?asOf=${position}`)).body.epds, [{ epd }])
  })

  t.test('refuses what does not fit', async (t) => {
    const refused = async (body: object) => codes(await works.request('POST', url, body))
    t.same(await refused({ epd: randomUUID() }), ['error EPD_UNKNOWN'])
    t.same(await refused({ epd, from: '2026-11-01' }), ['error EPD_PERIOD'])
    t.same(await refused({ epd, from: '2026-09-30', until: '2026-09-01' }), ['error EPD_PERIOD'])
    const late = await publish((document) => {
      document['validFrom'] = '2026-11-20'
    })
    t.same(await refused({ epd: late }), ['error EPD_VALIDITY'])
    const elsewhere = await publish((document) => {
      document['sites'] = [{ facility: other.facility }]
    })
    t.same(await refused({ epd: elsewhere }), ['error EPD_PLACE'])
    const alloy = await publish((document) => {
      document['product'] = { stage: 'metal_making', class: 'master_alloy' }
    })
    t.same(await refused({ epd: alloy }), ['error EPD_PRODUCT'])
    t.equal((await works.request('POST', url, { epd, from: '2026-02-30' })).status, 400)
  })

  t.test("protects another's campaign", async (t) => {
    t.equal((await other.request('POST', url, { epd })).status, 404)
    t.equal((await other.request('DELETE', `${url}/${epd}`)).status, 404)
  })
})
