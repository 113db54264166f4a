import t from 'tap'
import { eraseEntry } from '../../../src/registry/audit/erase-entry.ts'
import { Gathered } from '../../../src/registry/epds/gathered.ts'
import { programme } from '../../support/epd-programme.ts'
import { epdDocument } from '../../support/epds.ts'
import { testApp } from '../../support/service.ts'

t.test('lookups that are made at once', async (t) => {
  const asked: (readonly number[])[] = []
  const squares = new Gathered<number, number>(async (keys) => {
    asked.push(keys)
    if (keys.includes(13)) throw new Error('unlucky')
    return keys.map((key) => (key < 0 ? undefined : key * key))
  }, 3)
  const answers = await Promise.all([2, 3, -1, 4].map((key) => squares.find(key)))
  t.strictSame(answers, [4, 9, undefined, 16])
  t.strictSame(asked, [[2, 3, -1], [4]], 'share a query, of bounded size')
  const [bad, good] = await Promise.allSettled([squares.find(13), squares.find(5)])
  t.strictSame([bad?.status, good?.status], ['rejected', 'rejected'], 'and its failure')
  t.equal(await squares.find(6), 36, 'and nothing afterwards')
})

t.test('a document is remembered only from when everybody may read it', async (t) => {
  let later = 0
  const now = () => new Date(Date.now() + later)
  const service = await testApp(t, { now })
  const owner = await service.actor('producer')
  const document = epdDocument('magnet-n48h', (epd) => {
    epd['owner'] = { ...epd['owner'], organization: owner.organization }
    delete epd['operator']
    epd['name'] = { en: 'Sintered, Ø 12 mm \u{1f9f2}', zh: '\u{20bb7}磁体' }
    epd['product'] = { ...epd['product'], description: { zh: '\u{20bb7}\ufeff磁体' } }
  })
  const submitted = await owner.request('POST', '/v1/epds', document)
  t.equal(submitted.status, 201, JSON.stringify(submitted.body))
  const path = `/v1/epds/${document['id']}/document?version=${document['version']}`
  t.equal((await owner.request('GET', path)).status, 200, 'its owner reads it')
  t.equal((await service.request('GET', path)).status, 404, 'and nobody else')
  await (await programme(service)).published({ id: document['id'], version: document['version'] })
  const isRemembered = () => {
    const { published } = service.deps
    return published.remembered(document['id'], document['version']) !== undefined
  }
  t.equal((await service.request('GET', path)).status, 200)
  t.notOk(isRemembered(), 'what is read once is not kept')
  t.equal((await service.request('GET', path)).status, 200)
  t.ok(isRemembered(), 'what is read twice is')
  const answers = await Promise.all(Array.from({ length: 8 }, () => service.request('GET', path)))
  for (const answer of [...answers, await service.request('GET', path)]) {
    t.equal(answer.status, 200)
    t.same(answer.raw, Buffer.from(JSON.stringify(document)))
    t.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
  }
  t.equal((await service.request('GET', path.replace(/version=.*/, 'version=9.9'))).status, 404)
  const { db } = service.deps
  await eraseEntry({ db, now }, { position: submitted.body.position, reason: 'court_order' })
  later = 11_000
  t.equal((await service.request('GET', path)).status, 410, 'what is erased is not remembered')
})
