import t from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { createBookkeeper } from '../../../src/registry/bookkeeper/bookkeeper.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { findingsClosedOtherwise } from '../../../src/storage/audit/audit-hands.ts'
import { threeMembers } from '../../support/random-history.ts'
import { RandomTrade } from '../../support/random-trade.ts'
import { NOW, submit } from '../../support/remembering.ts'
import { SEED, seeded } from '../../support/seed.ts'
import type { TestApp } from '../../support/service.ts'
import { testApp } from '../../support/service.ts'

const EVENTS = Number(process.env['LODESTONE_TEST_EVENTS'] ?? 220)
const TRADES = Number(process.env['LODESTONE_TEST_HISTORIES'] ?? 2)

/** Balances less deficits, as the ledger calls their accounts. */
async function accountsOf({ deps }: TestApp): Promise<ReadonlyMap<string, bigint>> {
  const rows = await deps.db.query<{ key: string; ug: string }>({
    text: `select concat_ws(' ', batch, custodian, owner, place) as key, balance_ug - deficit_ug as ug
      from account where balance_ug <> deficit_ug`
  })
  return new Map(rows.map(({ key, ug }) => [key, BigInt(ug)]))
}

/** Accounts that show less than nothing otherwise than as a deficit, and what shipments say that does not add up. */
async function misstated({ deps }: TestApp) {
  return deps.db.query({
    text: `select 'account ' || id as what from account
        where balance_ug < 0 or deficit_ug < 0 or balance_ug > 0 and deficit_ug > 0 or frozen <> (deficit_ug > 0)
      union all
      select 'line of ' || l.shipment from shipment_line l join shipment s on s.id = l.shipment
        where open_ug <> case s.status when 'void' then 0 else shipped_ug - received_ug - returned_ug - lost_ug end
          or open_ug < 0 or disputed and open_ug = 0`
  })
}

/** Of an element no other part is left of a batch than of its mass, but for what rounding leaves there. */
async function unbalanced({ deps }: TestApp) {
  return deps.db.query({
    text: `with there as (
        select p.batch, e.key as element, sum(e.value::numeric) as ug, sum(p.mass_ug) as mass_ug, count(*) as postings
          from posting p cross join lateral jsonb_each_text(p.elements::jsonb) e
         where p.undone_position is null group by p.batch, e.key)
      select there.* from there
      cross join lateral (
        select mass_ug as whole, (elements::jsonb ->> there.element)::numeric as element_ug, voided_by
          from batch_version v where v.batch = there.batch order by position desc limit 1) v
      where voided_by is null and mass_ug >= 0
        and abs(ug * whole - mass_ug * coalesce(element_ug, 0)) > 4 * postings * whole`
  })
}

for (let seed = SEED; seed < SEED + TRADES; seed += 1) {
  t.test(`trade that is corrected in any order, on a database (seed ${seed})`, async (t) => {
    const service = await testApp(t, { now: NOW })
    const { db, reference } = service.deps
    const random = seeded(seed)
    const trade = new RandomTrade(random, await threeMembers(service))
    const keepers = [0, 1].map(() => createBookkeeper({ db, reference, now: NOW }))
    const counts = { accepted: 0, refused: 0, takenBack: 0 }
    const step = async ({ by, document, settled }: ReturnType<RandomTrade['next']>) => {
      const keeper = keepers[random() < 0.5 ? 0 : 1] as (typeof keepers)[0]
      const followed = trade.ledger.isReceived(String(document['event']))
      const { status } = await submit(keeper, by, document)
      settled(status === 'accepted')
      counts[status === 'accepted' ? 'accepted' : 'refused'] += 1
      if (followed && status === 'accepted') counts.takenBack += 1
      if (random() < 0.1) await reevaluateStep(service.deps)
    }
    for (let event = 0; event < EVENTS; event += 1) await step(trade.next())
    t.same(await accountsOf(service), trade.ledger.accounts(), 'in the middle of corrections')
    t.same(await misstated(service), [])
    for (let next = trade.mended(); next; next = trade.mended()) await step(next)
    while ((await reevaluateStep(service.deps)) > 0);
    await Promise.all(keepers.map((keeper) => keeper.close()))
    t.same(await accountsOf(service), trade.ledger.accounts(), 'when everything was mended')
    t.same(await misstated(service), [])
    t.same(await unbalanced(service), [])
    const verified = await verifyBooks(service.deps)
    t.equal(verified.events, counts.accepted)
    t.same(verified.differences.slice(0, 3), [])
    t.equal(verified.pending, 0)
    t.same(await findingsClosedOtherwise(db), [])
    t.ok(counts.takenBack > 8, JSON.stringify(counts))
  })
}
