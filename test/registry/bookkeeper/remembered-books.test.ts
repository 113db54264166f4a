import type { Pool, PoolClient } from 'pg'
import t, { type Test } from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { createBookkeeper } from '../../../src/registry/bookkeeper/bookkeeper.ts'
import type { Answer } from '../../../src/registry/bookkeeper/submission.ts'
import { setRule } from '../../../src/registry/parties/set-rule.ts'
import { RandomHistory, threeMembers } from '../../support/random-history.ts'
import {
  type Document,
  electrolysis,
  envelope,
  type Member,
  NOW,
  otherProcess,
  place,
  purchase,
  submit
} from '../../support/remembering.ts'
import { SEED, seeded } from '../../support/seed.ts'
import { type TestApp, testApp } from '../../support/service.ts'

const codesOf = (answer: Answer) =>
  answer.status === 'refused' ? answer.findings.map(({ code }) => code) : []

/** The next BEGIN fails, as where a limit of time falls on it; the connection stays. Says how often. */
function refusingBegin(pool: Pool): () => number {
  const patched = new WeakSet<PoolClient>()
  let count = 0
  pool.on('acquire', (client) => {
    if (patched.has(client)) return
    patched.add(client)
    const query = client.query.bind(client) as (...sent: unknown[]) => unknown
    const instead = (...[text, ...rest]: unknown[]) => {
      if (count > 0 || !`${text}`.startsWith('begin')) return query(text, ...rest)
      count += 1
      return query('select 1 / 0', ...rest)
    }
    client.query = instead as typeof client.query
  })
  return () => count
}

t.test('accepts', async (t) => {
  t.test('what follows from what was just written, without reading it', async (t) => {
    const { by, oxide, record, remembered, service } = await place(t)
    const before = remembered()
    const metal = electrolysis(by, oxide, '60', '45')
    t.equal((await record(metal.document)).status, 'accepted')
    t.equal((await record(electrolysis(by, oxide, '40', '30').document)).status, 'accepted')
    t.equal(remembered(), before + 2)
    t.same((await verifyBooks(service.deps)).differences, [])
  })

  t.test('the same event again, with the same answer', async (t) => {
    const { by, record } = await place(t)
    const { document } = purchase(by)
    const first = await record(document)
    t.strictSame(await record(document), { ...first, replayed: true })
  })

  t.test('an event again that another process has recorded', async (t) => {
    const { service, by, record, settle } = await place(t)
    const { document } = purchase(by)
    const first = await submit(await otherProcess(t, service), by, document)
    await settle()
    t.strictSame(await record(document), { ...first, replayed: true })
    t.equal((await record({ ...document, note: 'something else' })).status, 'conflict')
  })
})

t.test('refuses', async (t) => {
  t.test('more than is left', async (t) => {
    const { by, oxide, record } = await place(t)
    t.equal((await record(electrolysis(by, oxide, '60', '45').document)).status, 'accepted')
    const answer = await record(electrolysis(by, oxide, '60', '45').document)
    t.match(codesOf(answer), ['BATCH_OVERDRAWN'])
  })

  t.test('more than another process has left', async (t) => {
    const { service, by, oxide, record } = await place(t)
    const other = await otherProcess(t, service)
    const theirs = await submit(other, by, electrolysis(by, oxide, '60', '45').document)
    t.equal(theirs.status, 'accepted')
    const answer = await record(electrolysis(by, oxide, '60', '45').document)
    t.match(codesOf(answer), ['BATCH_OVERDRAWN'])
    t.same((await verifyBooks(service.deps)).differences, [])
  })

  t.test('a batch id and a number that another process has given', async (t) => {
    const { service, by, record, settle } = await place(t)
    const taken = purchase(by, '10', { number: 'LOT-7' })
    await submit(await otherProcess(t, service), by, taken.document)
    await settle()
    const sameId = await record(purchase(by, '10', { id: taken.batch }).document)
    const sameNumber = await record(purchase(by, '10', { number: 'LOT-7' }).document)
    t.strictSame([sameId, sameNumber].map(codesOf), [['ID_CONFLICT'], ['ID_CONFLICT']])
  })
})

t.test('protects', async (t) => {
  t.test('a rule that the organization has set meanwhile', async (t) => {
    const { service, by, oxide, record, settle } = await place(t)
    const bad = () => electrolysis(by, oxide, '10', '1').document
    t.match(codesOf(await record(bad())), ['MB_ELEMENT_LOSS'])
    await settle()
    const principal = { client: 'test', roles: [], scopes: new Set<never>(), ...by }
    const sent = { bytes: Buffer.alloc(0), signature: undefined }
    await setRule(service.deps, principal, { rule: 'R5', mode: 'flag', sent })
    t.equal((await record(bad())).status, 'accepted', 'flagged now')
    await settle()
    await setRule(service.deps, principal, { rule: 'R5', mode: 'refuse', sent })
    t.match(codesOf(await record(bad())), ['MB_ELEMENT_LOSS'])
  })

  t.test('the journal where BEGIN is refused and what left with it is not', async (t) => {
    const { service, by, record, settle } = await place(t)
    const { db } = service.deps
    const taken = purchase(by)
    await submit(await otherProcess(t, service), by, taken.document)
    await settle()
    const refused = refusingBegin(db.pool)
    // Its places could be claimed, its rows could not be written.
    const answer = await record(purchase(by, '10', { id: taken.batch }).document)
    t.strictSame([refused(), codesOf(answer)], [1, ['ID_CONFLICT']])
    const [journal] = await db.query<{ next: string; entries: string; last: string }>({
      text: `select next, (select count(*) from journal) as entries,
        (select max(position) + 1 from journal) as last from journal_head`
    })
    t.strictSame(journal?.entries, journal?.next)
    t.strictSame(journal?.last, journal?.next, 'no gap')
    t.same((await verifyBooks(service.deps)).differences, [])
  })

  t.test('a correction', async (t) => {
    const { by, record, settle } = await place(t)
    const wrong = purchase(by)
    await record(wrong.document)
    const correct = {
      ...envelope(by, 'correct'),
      event: wrong.document.id,
      reason: 'did_not_occur'
    }
    t.equal((await record(correct)).status, 'accepted')
    const answer = await record(electrolysis(by, wrong.batch, '10', '7.5').document)
    t.not(answer.status, 'accepted')
    await settle()
    const later = await record(electrolysis(by, wrong.batch, '10', '7.5').document)
    t.strictSame(codesOf(later), codesOf(answer))
  })
})

/** A history by one bookkeeper, which is made to forget before each event or not. */
async function recorded(t: Test, service: TestApp, history: readonly Step[], forgets: boolean) {
  const { db, reference } = service.deps
  const keeper = createBookkeeper({ db, reference, now: NOW })
  const told: string[] = []
  for (const { by, document } of history) {
    if (forgets) db.expected.lost()
    const answer = await submit(keeper, by, document)
    told.push(`${answer.status} ${codesOf(answer).join(' ')}`)
  }
  await keeper.close()
  t.same((await verifyBooks(service.deps)).differences, [])
  return { told, remembered: keeper.state().remembered }
}

interface Step {
  readonly by: Member
  readonly document: Document
}

/** The same history for the members of another service. */
function carriedOver(history: readonly Step[], from: readonly Member[], to: readonly Member[]) {
  return history.map(({ by, document }): Step => {
    let text = JSON.stringify(document)
    for (const [n, member] of from.entries()) {
      text = text.replaceAll(member.organization, to[n]?.organization ?? '')
      text = text.replaceAll(member.facility, to[n]?.facility ?? '')
    }
    return { by: to[from.indexOf(by)] as Member, document: JSON.parse(text) }
  })
}

/** Everything that is in the books, in lines that name no member. */
async function books({ deps }: TestApp): Promise<readonly string[]> {
  const rows = await deps.db.query<{ line: string }>({
    text: `select concat_ws(' ', b.id, a.place, a.balance_ug, a.arrivals, b.drawn_ug, b.found_ug,
        v.elements, v.stage, v.custody_model, t.status,
        (select count(*) from account o where o.batch = b.id and (o.position, o.id) < (a.position, a.id))) as line
      from batch b join account a on a.batch = b.id
      cross join lateral (select * from batch_version where batch = b.id order by position desc limit 1) v
      left join lateral (select status from status_version where batch = b.id order by position desc limit 1) t on true
      order by 1`
  })
  return rows.map(({ line }) => line.replace(/ \d+$/, ''))
}

t.test(`random histories are judged by memory as by reading (seed ${SEED})`, async (t) => {
  for (const corrections of [false, true]) {
    const [remembering, reading] = [await testApp(t, { now: NOW }), await testApp(t, { now: NOW })]
    const members = await threeMembers(remembering)
    const made = new RandomHistory(seeded(SEED + Number(corrections)), members, corrections)
    const history: Step[] = Array.from({ length: 300 }, () => made.next())
    const by = await recorded(t, remembering, history, false)
    const others = carriedOver(history, members, await threeMembers(reading))
    const read = await recorded(t, reading, others, true)
    t.strictSame(by.told, read.told)
    t.strictSame(await books(remembering), await books(reading))
    t.equal(read.remembered, 0)
    t.ok(by.remembered > 20, `${by.remembered} of ${history.length} by memory`)
  }
})
