import t from 'tap'
import { unpackOrigins } from '../../../src/domain/lineage/codec.ts'
import { WHOLE } from '../../../src/domain/lineage/share.ts'
import { parseEvent } from '../../../src/formats/native/event.ts'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { createBookkeeper } from '../../../src/registry/bookkeeper/bookkeeper.ts'
import { submissionOf } from '../../../src/registry/bookkeeper/submission.ts'
import { reevaluateStep } from '../../../src/registry/books/reevaluate.ts'
import { setRule } from '../../../src/registry/parties/set-rule.ts'
import { RandomHistory, threeMembers } from '../../support/random-history.ts'
import { SEED, seeded } from '../../support/seed.ts'
import type { TestApp } from '../../support/service.ts'
import { testApp } from '../../support/service.ts'
import { shownOfAll } from '../../support/shown-meanwhile.ts'
import { comparedWalks } from '../../support/walk-by-ids.ts'

const NOW = () => new Date('2026-11-23T12:00:00Z')

/** Runs a history through two bookkeepers on one database, some events at once. */
async function live(service: TestApp, seed: number, events: number, corrections: boolean) {
  const random = seeded(seed)
  const members = await threeMembers(service)
  const [flagging] = members
  await setRule(
    service.deps,
    { organization: flagging?.organization ?? '', client: 'test', roles: [], scopes: new Set() },
    { rule: 'R5', mode: 'flag', sent: { bytes: Buffer.alloc(0), signature: undefined } }
  )
  const history = new RandomHistory(random, members, corrections)
  const { db, reference } = service.deps
  const keepers = [0, 1].map(() => createBookkeeper({ db, reference, now: NOW }))
  const counts = { accepted: 0, refused: 0, early: 0 }
  let done = 0
  while (done < events) {
    const burst = Math.min(events - done, 1 + Math.floor(random() * 6))
    const answers = await Promise.all(
      Array.from({ length: burst }, async (_, index) => {
        const { by, document } = history.next()
        const parsed = parseEvent(document, () => '')
        if (!parsed.event) throw new Error(JSON.stringify(parsed.findings))
        const bytes = Buffer.from(JSON.stringify(document))
        const submission = submissionOf(parsed.event, document, bytes, 'application/json')
        const unit = {
          organization: by.organization,
          client: 'test',
          submissions: [submission],
          strict: false,
          bulk: false
        }
        const [answer] = await (keepers[index % 2] as (typeof keepers)[0]).submit(unit)
        return answer
      })
    )
    for (const answer of answers) {
      counts[answer?.status === 'accepted' ? 'accepted' : 'refused'] += 1
      const findings = answer?.status === 'refused' ? answer.findings : []
      if (findings.some(({ code }) => code === 'DATE_ORDER')) counts.early += 1
    }
    done += burst
    if (corrections && random() < 0.1) await reevaluateStep(service.deps)
  }
  while ((await reevaluateStep(service.deps)) > 0);
  await Promise.all(keepers.map((keeper) => keeper.close()))
  return counts
}

/** What must hold whatever happened. */
async function invariants(service: TestApp) {
  const { db } = service.deps
  const [sums] = await db.query<{ wrong: string; negative: string; total: string }>({
    text: `select count(*) as total,
        count(*) filter (where coalesce(held.sum, 0) <> case when v.voided_by is null then v.mass_ug else 0 end - b.drawn_ug) as wrong,
        (select count(*) from account where balance_ug < 0) as negative
      from batch b
      cross join lateral (select * from batch_version where batch = b.id order by position desc limit 1) v
      left join lateral (select sum(balance_ug - deficit_ug) from account where batch = b.id) held on true`
  })
  const bodies = await db.query<{ body: string }>({ text: 'select body from origin_version' })
  let shares = 0
  let broken = 0
  for (const { body } of bodies) {
    const { origins, feed } = unpackOrigins(body)
    for (const distribution of [...origins.values(), ...feed.values()]) {
      shares += 1
      const sum = distribution.reduce((all, part) => all + part.parts, 0)
      if (sum !== WHOLE || distribution.some((part) => part.parts < 1)) broken += 1
    }
  }
  return { ...sums, shares, broken }
}

/**
 * Uses before the material had come into the hands of whoever used it, by what they made. The pool of
 * a campaign is counted in the order of recording.
 */
async function usedTooEarly(service: TestApp) {
  const [found] = await service.deps.db.query<{ clear: string; all: string }>({
    text: `select count(*) as all, count(*) filter (where coalesce(s.status, 'clear') = 'clear') as clear
      from event_input i
      join event e on e.id = i.event and e.undone_position is null
      join event_output o on o.event = e.id and o.undone_position is null
      left join lateral (select status from status_version
        where batch = o.batch order by position desc limit 1) s on true
      where i.undone_position is null
        and not exists (select from campaign_step step where step.batch = i.batch)
        and not exists (
        select from posting p
          join account a on a.id = p.account
          join event came on came.id = p.event
         where p.batch = i.batch and p.mass_ug > 0 and p.undone_position is null
           and a.custodian = e.organization and a.place = 'on_hand' and came.at <= e.at)`
  })
  return found
}

/** Histories with corrections, and events in each; more in a longer search for faults. */
const HISTORIES = Number(process.env['LODESTONE_TEST_HISTORIES'] ?? 2)
const EVENTS = Number(process.env['LODESTONE_TEST_EVENTS'] ?? 250)

for (const [index, corrections] of [false, ...Array<boolean>(HISTORIES).fill(true)].entries()) {
  const seed = SEED + index
  t.test(`random histories ${corrections ? 'with corrections' : ''} (seed ${seed})`, async (t) => {
    const service = await testApp(t, { now: NOW })
    const counts = await live(service, seed, EVENTS, corrections)
    t.ok(counts.accepted > 60, `${counts.accepted} accepted, ${counts.refused} refused`)
    const held = await invariants(service)
    t.match(
      held,
      { wrong: '0', negative: '0', broken: 0 },
      `${held.total} batches, ${held.shares} distributions`
    )
    t.ok(counts.early > 0, `${counts.early} refused for their date`)
    const early = await usedTooEarly(service)
    t.equal(early?.clear, '0', `${early?.all} made before their inputs came are contested`)
    if (!corrections) t.equal(early?.all, '0')
    const walks = await comparedWalks(service.deps.db, 1)
    t.same(
      walks.different,
      [],
      `${walks.walked} batches met by births as by identifiers, and told of as by their rows`
    )
    t.ok(walks.walked > 300)
    const { different, shown } = await shownOfAll(service.deps)
    t.same(
      different.slice(0, 3),
      [],
      `shown while walked as drawn at the end: ${JSON.stringify(shown)}`
    )
    t.ok(shown.nodes > 100 && shown.events > 50 && shown.again > 0)
    const report = await verifyBooks(service.deps)
    t.equal(report.events, counts.accepted)
    t.same(
      report.differences.slice(0, 3),
      [],
      `${report.batches} batches equal a replay of the events`
    )
    t.equal(report.pending, 0)
  })
}
