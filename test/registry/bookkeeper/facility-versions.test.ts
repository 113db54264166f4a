import { randomUUID } from 'node:crypto'
import t from 'tap'
import { emptyBooks } from '../../../src/domain/custody/shelves.ts'
import { loadNamed } from '../../../src/storage/books/load-named.ts'
import { elements, kg } from '../../support/books.ts'
import { testApp } from '../../support/service.ts'

const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
const maker = await service.actor('producer')
const facility = await service.facility(maker.organization)

async function registered(country: string, validFrom: string) {
  const url = `/v1/facilities/${facility}/versions`
  const version = { name: 'Works', country, validFrom, stages: ['metal_making'] }
  const answer = await maker.request('POST', url, version)
  t.equal(answer.status, 201, JSON.stringify(answer.body))
}

const made = async (time: string) => {
  const id = randomUUID()
  const product = { class: 'ree_metal', name: 'Metal' }
  const assay = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })
  const outputs = [{ id, product, entry: 'purchased', mass: kg('10'), assay }]
  const event = { type: 'commission', time, facility, outputs }
  t.equal((await maker.request('POST', '/v1/events', event)).status, 201)
  return (await maker.request('GET', `/v1/batches/${id}`)).body.country
}

t.test('of the versions that are valid from one day the last is loaded, and counts', async (t) => {
  for (const country of ['DE', 'FR', 'FI']) await registered(country, '2026-06-01')
  for (const country of ['SE', 'EE']) await registered(country, '2026-09-01')
  const books = emptyBooks()
  const nothing = { batches: [], organizations: [], actors: [], events: [], numbers: [] }
  await service.deps.db.transaction((tx) =>
    loadNamed(tx, books, { ...nothing, facilities: [facility] })
  )
  const versions = books.facilities.get(facility)?.versions ?? []
  t.same(
    versions.slice(0, 2).map(({ country, validFrom }) => [country, validFrom]),
    [
      ['EE', '2026-09-01'],
      ['FI', '2026-06-01']
    ]
  )
  t.equal(versions.length, 3, 'with the one that it began with')
  const days = ['2026-10-01', '2026-09-01', '2026-08-31', '2026-06-01']
  const countries = []
  for (const day of days) countries.push(await made(`${day}T06:00:00Z`))
  t.same(countries, ['EE', 'EE', 'FI', 'FI'])
})
