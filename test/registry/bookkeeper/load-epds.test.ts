import t from 'tap'
import { emptyBooks } from '../../../src/domain/custody/shelves.ts'
import { loadEpds } from '../../../src/registry/bookkeeper/load-epds.ts'
import type { Queryable } from '../../../src/storage/database.ts'
import { market } from '../../support/epd-market.ts'
import { epdDocument } from '../../support/epds.ts'

t.test('what a declaration covers is known without its document', async (t) => {
  const { service, owner } = await market(t)
  const facility = await service.facility(owner.organization)
  const document = epdDocument('ndpr-oxide', (epd) => {
    epd['operator'] = { name: 'Programme Nord' }
    epd['registrationNumber'] = 'S-P-01234'
  })
  const versions = [
    { version: '1.0', sites: [{ facility, country: 'EE' }] },
    { version: '2.0', sites: [], geography: ['150'] }
  ]
  for (const version of versions) {
    const query = new URLSearchParams({ state: 'external', href: 'https://registry.example/1' })
    const answer = await owner.request('POST', `/v1/epds?${query}`, { ...document, ...version })
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  }

  const asked: unknown[] = []
  const listening: Queryable = {
    query(statement) {
      asked.push(statement.name)
      return service.deps.db.query(statement)
    }
  }
  const nothing = new Set<string>()
  const known = { batches: nothing, accounts: nothing, shipments: nothing, campaigns: nothing }
  const books = emptyBooks()
  await loadEpds(listening, { books, events: new Map(), ...known }, [document['id']])
  t.strictSame(asked, ['epd_standings'], 'one question, however many versions there are')
  const of = { stage: 'separation', productClass: 'separated_oxide', representsOthers: false }
  t.match(books.epds.get(document['id']), [
    { version: '1.0', covers: { ...of, facilities: [facility], countries: ['EE'] } },
    { version: '2.0', covers: { ...of, facilities: [], countries: [] } }
  ])
})
