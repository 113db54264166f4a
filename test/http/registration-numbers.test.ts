import t from 'tap'
import { market } from '../support/epd-market.ts'
import { signing } from '../support/epd-programme.ts'
import { epdDocument } from '../support/epds.ts'

const URL = '/v1/registration-numbers'

t.test('accepts', async (t) => {
  const { service, operator, programme, submit } = await market(t)
  t.test('a reservation, and the same again', async (t) => {
    const first = await operator.request('POST', URL, { number: 'EPD 2026/1-A' })
    t.equal(first.status, 201, JSON.stringify(first.body))
    t.match(first.body, { number: 'EPD 2026/1-A', state: 'reserved', position: Number })
    const again = await operator.request('POST', URL, { number: 'EPD 2026/1-A' })
    t.equal(again.status, 200)
    t.same(again.body, first.body)
    const url = `${URL}/EPD%202026%2F1-A`
    t.strictSame([first.headers['location'], again.headers['location']], [url, url])
    t.match(await operator.request('GET', url), { status: 200, body: first.body })
    const released = await operator.request('DELETE', url)
    t.equal(released.status, 204, JSON.stringify(released.body))
    t.equal((await operator.request('DELETE', url)).status, 404)
    t.equal((await operator.request('GET', url)).status, 404)
    const anew = await operator.request('POST', URL, { number: 'EPD 2026/1-A' })
    t.equal(anew.status, 201, 'what was given back is free again')
    const longest = await operator.request('POST', URL, { number: '%/'.repeat(50) })
    t.match(await operator.request('GET', String(longest.headers['location'])), {
      status: 200,
      body: { number: '%/'.repeat(50) }
    })
    await operator.request('DELETE', String(longest.headers['location']))
    for (const number of ['a', '-', '/', '.a', '..a', 'a.', '...', '. .']) {
      const { status, headers } = await operator.request('POST', URL, { number })
      t.equal(status, 201, number)
      const deleted = await operator.request('DELETE', String(headers['location']))
      t.equal(deleted.status, 204, `${number} is found again`)
    }
  })

  t.test('registration under a reserved number, which is used from then on', async (t) => {
    await operator.request('POST', URL, { number: 'A-1' })
    const document = await submit()
    const version = { id: document['id'], version: document['version'] }
    const { body } = await programme.registered(version, 'A-1')
    t.match(body.registration, { number: 'A-1', organization: operator.organization })
    t.match((await operator.request('DELETE', `${URL}/A-1`)).body, {
      code: 'CONFLICT',
      detail: 'A declaration has the number A-1, so it is not given back.'
    })
    const standing = await operator.request('GET', `${URL}/A-1`)
    t.match(standing.body, { state: 'used', epd: document['id'] })
    const { body: list } = await operator.request('GET', `${URL}?limit=100`)
    t.match(
      list.items.find(({ number }: { number: string }) => number === 'A-1'),
      { state: 'used', epd: document['id'] }
    )
    const other = await submit(epdDocument('ndpr-oxide'))
    await t.rejects(
      programme.registered({ id: other['id'], version: other['version'] }, 'A-1'),
      /409 .*CONFLICT/
    )
    const next = await submit({ ...document, version: '2.0' })
    const kept = await programme.registered({ id: next['id'], version: '2.0' }, 'A-1')
    t.equal(kept.status, 200, 'a later version of the same declaration keeps its number')
  })

  t.test('the same number in another programme', async (t) => {
    const other = await signing(await service.actor('operator'))
    t.equal((await other.request('POST', URL, { number: 'A-1' })).status, 201)
    const { body } = await other.request('GET', URL)
    t.equal(body.items.length, 1, 'and sees its own only')
  })

  t.test('page by page', async (t) => {
    const first = await operator.request('GET', `${URL}?limit=1`)
    t.equal(first.body.items.length, 1)
    const second = await operator.request('GET', `${URL}?limit=1&cursor=${first.body.next}`)
    t.not(second.body.items[0].number, first.body.items[0].number)
  })
})

t.test('refuses', async (t) => {
  const { operator } = await market(t)
  for (const number of [
    '',
    ' ',
    ' A',
    'A ',
    'Ä-1',
    'a\u0000',
    'x'.repeat(101),
    '.',
    '..',
    7,
    null
  ]) {
    const { status } = await operator.request('POST', URL, { number })
    t.equal(status, 400, JSON.stringify(number))
  }
  t.equal((await operator.request('POST', URL, { number: 'A', epd: 'B' })).status, 400)
  t.equal((await operator.request('DELETE', `${URL}/%00`)).status, 400)
  t.equal((await operator.request('DELETE', `${URL}/nothing`)).status, 404)
})

t.test('protects', async (t) => {
  const { service, operator, owner, verifier } = await market(t)
  await operator.request('POST', URL, { number: 'MINE' })
  const other = await service.actor('operator')
  t.equal((await other.request('DELETE', `${URL}/MINE`)).status, 404, 'what is another’s')
  t.equal((await other.request('GET', `${URL}/MINE`)).status, 404)
  for (const who of [owner, verifier]) {
    t.equal((await who.request('GET', URL)).status, 403)
    t.equal((await who.request('POST', URL, { number: 'X' })).status, 403)
  }
  const { db } = service.deps
  const text = "update registration_number set number = 'OTHER'"
  await t.rejects(db.query({ text }), /is never changed/)
  await t.rejects(db.query({ text: 'delete from registration_number' }), /is never changed/)
  const twice = `insert into registration_number (operator, number, position)
    select operator, number, position + 1 from registration_number`
  await t.rejects(db.query({ text: twice }), /registration_number_taken/, 'the index decides')
})
