/** What a finding says to do is done, as it is said, and mends what it told. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { elements, kg } from '../support/books.ts'
import { testApp } from '../support/service.ts'

const MAGNET = elements({ Nd: '23', Pr: '7', Dy: '1', B: '1', Fe: '68' }, { complete: true })

t.test('a stage, or a day, that the facility is not registered for', async (t) => {
  const { producer, facility, bought, machined } = await works(t)
  const version = (validFrom: string, stages: readonly string[]) =>
    producer.request('POST', `/v1/facilities/${facility}/versions`, {
      name: 'Works',
      country: 'DE',
      validFrom,
      stages
    })
  const early = bought({ time: '2026-05-01T08:00:00Z' })
  const before = await producer.request('POST', '/v1/events', early)
  t.match(before.body.findings, [
    { code: 'FACILITY_UNKNOWN', remedy: /facilities\/\{id\}\/versions.*no later than the day/ }
  ])
  t.equal((await version('2026-05-01', ['alloying'])).status, 201)
  t.equal((await producer.request('POST', '/v1/events', early)).status, 201)

  const document = machined(early.outputs[0].id)
  t.equal((await version('2026-07-02', ['machining'])).status, 201, 'a day too late')
  const refused = await producer.request('POST', '/v1/events', document)
  t.match(refused.body.findings, [
    { code: 'FACILITY_STAGE', remedy: /valid from the day of the event/ }
  ])
  t.equal((await version('2026-07-01', ['machining'])).status, 201)
  const mended = await producer.request('POST', '/v1/events', document)
  t.equal(mended.status, 201, JSON.stringify(mended.body))
})

t.test('words that are missing, which are among those told', async (t) => {
  const { producer, bought } = await works(t)
  const { entry: _, mass, ...output } = bought({}).outputs[0]
  const { basis: __, ...bare } = mass
  const evidence = [{ kind: 'certificate' }]
  const wanting = { ...bought({}), outputs: [{ ...output, mass: bare }], evidence }
  const { body } = await producer.request('POST', '/v1/events', wanting)
  t.match(
    new Map(body.findings.map((each: Record<string, string>) => [each['pointer'], each])),
    new Map<string, object>([
      [
        '/evidence/0/level',
        { expected: /^declared, documented, /, remedy: /^Add level: declared or/ }
      ],
      ['/outputs/0/entry', { expected: /^mined, purchased, / }],
      ['/outputs/0/mass/basis', { code: 'BASIS_MISSING', expected: 'dry, wet' }]
    ])
  )
})

t.test('an event that was corrected and that nothing replaces', async (t) => {
  const { producer, facility, bought } = await works(t)
  const record = (document: object) => producer.request('POST', '/v1/events', document)
  const wrong = bought({})
  await record(wrong)
  const correct = { type: 'correct', time: '2026-07-01T08:00:00Z', facility, event: wrong.id }
  t.equal((await record({ ...correct, reason: 'did_not_occur' })).status, 201)
  const again = await record({ ...correct, reason: 'incorrect_data' })
  t.match(again.body.findings, [{ code: 'CORRECTION_TARGET', remedy: /else as a new one/ }])
  const anew = bought({})
  t.equal((await record(anew)).status, 201, 'as the remedy says')
})

t.test('a file with the newest on top, where what is used is made further below', async (t) => {
  const { producer, facility, bought, machined } = await works(t)
  const stages = ['alloying', 'machining']
  const version = { name: 'Works', country: 'DE', validFrom: '2026-06-02', stages }
  await producer.request('POST', `/v1/facilities/${facility}/versions`, version)
  const made = bought({})
  const number = `B-${made.outputs[0].id}`
  const { inputs, ...rest } = machined('')
  const batch = { organization: producer.organization, number }
  const used = { ...rest, id: randomUUID(), inputs: inputs.map((each) => ({ ...each, batch })) }
  const send = (lines: readonly object[]) =>
    producer.request('POST', '/v1/events', lines.map((line) => JSON.stringify(line)).join('\n'), {
      'content-type': 'application/x-ndjson'
    })
  const refused = await send([used, made])
  t.match(JSON.stringify(refused.body), /COPRODUCT_ORPHAN/)
  t.match(
    JSON.stringify(refused.body),
    /Put the event that makes it first: in a file it stands above/
  )
  const mended = await send([made, used])
  t.match([mended.status, mended.body], [200, { accepted: 2 }])
})

async function works(t: Parameters<typeof testApp>[0]) {
  const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
  const producer = await service.actor('producer')
  const terms = { name: 'Works', country: 'DE', validFrom: '2026-06-01', stages: ['alloying'] }
  const facility = await service.facility(producer.organization, terms)
  const product = { class: 'sintered_block', name: 'Blocks' }
  const bought = (fields: object) => {
    const id = randomUUID()
    const mass = kg('100')
    const outputs: [{ id: string; entry: string; mass: typeof mass }] = [
      { id, ...{ number: `B-${id}`, product, assay: MAGNET }, entry: 'purchased', mass }
    ]
    const event = { id: randomUUID(), type: 'commission', time: '2026-06-01T08:00:00Z' }
    return { ...event, facility, outputs, ...fields }
  }
  const machined = (batch: string) => ({
    type: 'transform',
    time: '2026-07-01T08:00:00Z',
    facility,
    stages: ['machining'],
    inputs: [{ batch, mass: kg('10') }],
    outputs: [{ product: { class: 'shaped_magnet', name: 'Parts' }, mass: kg('8'), assay: MAGNET }],
    residues: [{ name: 'swarf', mass: kg('1.9'), assay: MAGNET }]
  })
  return { producer, facility, bought, machined }
}
