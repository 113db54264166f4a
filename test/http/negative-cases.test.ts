import { randomUUID } from 'node:crypto'
import t from 'tap'
import { bookRules } from '../../src/domain/custody/rules/table.ts'
import { uuidFrom } from '../../src/domain/ids.ts'
import { elements, kg } from '../support/books.ts'
import { negativeCases, tellCase } from '../support/negative-cases.ts'
import type { Actor, TestApp } from '../support/service.ts'
import { testApp } from '../support/service.ts'
import { sharedData, unlessAbsent } from '../support/shared-data.ts'

const GOLDEN = 'domain/golden/negative_cases.json'
const golden = sharedData(GOLDEN)

interface Works {
  readonly service: TestApp
  readonly producer: Actor
  readonly works: string
  readonly mine: string
}

async function works(t: Parameters<typeof testApp>[0]): Promise<Works> {
  const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
  const producer = await service.actor('producer')
  const [place, mine] = await Promise.all([
    service.facility(producer.organization),
    service.facility(producer.organization, { name: 'Mine', stages: ['mining'] })
  ])
  return { service, producer, works: place, mine }
}

/** Everything that an accepted event adds to. */
async function stored({ service }: Works) {
  const tables = ['event', 'journal', 'batch', 'posting', 'finding', 'batch_version']
  const counts = tables.map((table) => `(select count(*) from ${table}) as ${table}`)
  const [row] = await service.deps.db.query({ text: `select ${counts.join(', ')}` })
  return row
}

t.test(
  'every case of the list gives its code',
  unlessAbsent({ [GOLDEN]: golden }, 31),
  async (t) => {
    const list = JSON.parse(golden ?? '{"cases":[]}').cases as {
      id: string
      rule: keyof typeof bookRules
      case: string
    }[]
    const wanted = list.filter(({ id }) => id in negativeCases)
    t.equal(wanted.length, Object.keys(negativeCases).length, 'no case is made up')
    const at = await works(t)
    const counts = { refused: 0, warned: 0 }
    for (const { id, rule, case: what } of wanted) {
      const setting = {
        organization: at.producer.organization,
        works: at.works,
        mine: at.mine,
        id: (name: string) => uuidFrom('negative', id, name)
      }
      const told = tellCase(id, setting)
      for (const document of told?.before ?? []) {
        const answer = await at.producer.request('POST', '/v1/events', document)
        t.match(
          answer,
          { status: 201, body: { findings: [] } },
          `${id} ${JSON.stringify(answer.body)}`
        )
        t.equal(answer.body.findings?.length, 0, `${id}: what goes before is clean`)
      }
      const before = await stored(at)
      const answer = await at.producer.request('POST', '/v1/events', told?.event)
      const codes = (answer.body.findings ?? []).map((finding: { code: string }) => finding.code)
      const { severity, rule: number } = bookRules[rule]
      const found = answer.body.findings?.find((finding: { code: string }) => finding.code === rule)
      t.match(
        found,
        { severity, rule: number, message: String, pointer: String },
        `${id} ${what}: ${codes}`
      )
      if (severity === 'error') {
        counts.refused += 1
        t.equal(answer.status, 422)
        t.same(await stored(at), before, `${id}: nothing is stored`)
      } else {
        counts.warned += 1
        t.equal(answer.status, 201)
        const batch = answer.body.batches[0].id
        const listed = await at.producer.request('GET', `/v1/batches/${batch}/findings`)
        t.match(listed.body.items, [{ code: rule, severity }], `${id}: the finding is listed`)
      }
    }
    t.comment(
      `${wanted.length} cases: ${counts.refused} refused, ${counts.warned} stored with a warning`
    )
  }
)

t.test('clean events give no finding', async (t) => {
  const at = await works(t)
  const neodymium = (formula: string) => ({
    basis: 'compound',
    unit: 'P1',
    complete: true,
    values: { [formula]: '100' }
  })
  const enters = async (product: string, mass: string, assay: object) => {
    const id = randomUUID()
    const output = {
      id,
      product: { class: product, name: product },
      entry: 'purchased',
      mass: kg(mass),
      assay
    }
    const document = {
      type: 'commission',
      time: '2026-01-01T00:00:00Z',
      facility: at.works,
      outputs: [output]
    }
    const answer = await at.producer.request('POST', '/v1/events', document)
    t.same(answer.body.findings, [], `${product} ${JSON.stringify(answer.body)}`)
    return { batch: id, mass: kg(mass) }
  }
  const makes = async (
    stage: string,
    inputs: object[],
    product: string,
    mass: string,
    assay: object
  ) => {
    const outputs = [{ product: { class: product, name: product }, mass: kg(mass), assay }]
    const answer = await at.producer.request('POST', '/v1/events', {
      type: 'transform',
      time: '2026-02-01T00:00:00Z',
      facility: at.works,
      stages: [stage],
      inputs,
      outputs
    })
    return [answer.status, ...answer.body.findings.map((each: { code: string }) => each.code)]
  }
  const pure = elements({ Nd: '100' })

  t.test('electrolysis: 103 % from the oxide alone, 99.7 % with the fluoride', async (t) => {
    const alone = await enters('separated_oxide', '1.13', neodymium('Nd2O3'))
    t.same(await makes('metal_making', [alone], 'ree_metal', '1', pure), [422, 'MB_ELEMENT_GAIN'])
    const fluoride = await enters('ree_fluoride', '0.0483', neodymium('NdF3'))
    t.same(await makes('metal_making', [alone, fluoride], 'ree_metal', '1', pure), [201])
  })

  t.test('calcination: oxalate gives its oxide as decahydrate, and as nothing else', async (t) => {
    const hydrate = await enters('ree_oxalate', '2.5', neodymium('Nd2(C2O4)3·10H2O'))
    const oxide = neodymium('Nd2O3')
    t.same(await makes('separation', [hydrate], 'separated_oxide', '1.13', oxide), [201])
    const dry = await enters('ree_oxalate', '2.5', neodymium('Nd2(C2O4)3'))
    const answer = await makes('separation', [dry], 'separated_oxide', '1.13', oxide)
    t.same(answer, [201, 'MB_ELEMENT_LOSS'], 'a quarter of the neodymium would be lost')
  })

  t.test('300 lots of 0.1 kg are 30 kg exactly (N38)', async (t) => {
    const lots = await Promise.all(
      Array.from({ length: 300 }, () => enters('ree_metal', '0.1', pure))
    )
    const whole = {
      product: { class: 'ree_metal', name: 'Metal' },
      mass: kg('30'),
      assay: 'inherited'
    }
    const answer = await at.producer.request('POST', '/v1/events', {
      type: 'transform',
      time: '2026-02-01T00:00:00Z',
      facility: at.works,
      stages: ['storage_transport_trade'],
      inputs: lots,
      outputs: [whole]
    })
    t.same([answer.status, answer.body.findings], [201, []])
    const { body } = await at.producer.request('GET', `/v1/batches/${answer.body.batches[0].id}`)
    t.match(JSON.stringify(body), /"30"/)
  })
})
