import t, { type Test } from 'tap'
import { verifyBooks } from '../../../src/registry/audit/verify-books.ts'
import { imported, results, startImports } from '../../support/imports.ts'
import { RandomHistory } from '../../support/random-history.ts'
import { SEED, seeded } from '../../support/seed.ts'
import { type TestApp, testApp } from '../../support/service.ts'

const NOW = () => new Date('2026-11-23T12:00:00Z')
const EVENTS = 330
const ALONE = 12

interface Place {
  readonly service: TestApp
  readonly organization: string
  readonly facilities: readonly string[]
}

async function place(t: Test): Promise<Place> {
  const service = await testApp(t, { now: NOW })
  const organization = await service.organization({ name: 'Refinery' })
  const facilities = [await service.facility(organization), await service.facility(organization)]
  return { service, organization, facilities }
}

/** What one organization sends from two sites, and now and then sends again, as it was or changed. */
function history(from: Place): string[] {
  const random = seeded(SEED)
  const { organization } = from
  const members = from.facilities.map((facility) => ({ organization, facility }))
  const made = new RandomHistory(random, members, false)
  const lines: string[] = []
  while (lines.length < EVENTS) {
    const earlier = lines[Math.floor(random() * lines.length)]
    if (earlier === undefined || random() < 0.85) lines.push(JSON.stringify(made.next().document))
    else if (random() < 0.7) lines.push(earlier)
    else lines.push(JSON.stringify({ ...JSON.parse(earlier), note: 'something else' }))
  }
  return lines
}

/** The same documents for somebody else. */
function carriedOver(lines: readonly string[], from: Place, to: Place): string[] {
  const ids = [
    [from.organization, to.organization] as const,
    ...from.facilities.map((facility, n) => [facility, to.facilities[n] as string] as const)
  ]
  return lines.map((line) => ids.reduce((text, [a, b]) => text.replaceAll(a, b), line))
}

interface Told {
  readonly status: string
  readonly codes: readonly string[]
}

const codesOf = (findings: readonly { readonly code: string }[] = []) =>
  findings.map(({ code }) => code)

async function oneByOne({ service, organization }: Place, lines: readonly string[]) {
  const actor = await service.actor('producer', organization)
  const told: Told[] = []
  for (const line of lines) {
    const { status, body } = await actor.request('POST', '/v1/events', line)
    const names: Record<number, string> = {
      201: 'accepted',
      200: 'replayed',
      422: 'refused',
      409: 'conflict'
    }
    // A line that is in conflict has no problem document that says so, but a finding.
    const codes = status === 409 ? ['ID_CONFLICT'] : codesOf(body.findings)
    told.push({ status: names[status] ?? `${status}`, codes })
  }
  return told
}

async function inOneGo(
  { service, organization }: Place,
  lines: readonly string[],
  handling: 'lenient' | 'strict'
) {
  const actor = await service.actor('producer', organization)
  const answer = await actor.request('POST', '/v1/events', lines.join('\n'), {
    'content-type': 'application/x-ndjson',
    prefer: `handling=${handling}`
  })
  const results: { status: string; findings?: { code: string }[]; position?: number }[] =
    answer.body.results
  const told = results.map(({ status, findings }): Told => ({ status, codes: codesOf(findings) }))
  const positions = results.flatMap(({ status, position }) =>
    status === 'accepted' && position !== undefined ? position : []
  )
  return { told, positions }
}

/** What is where, in lines that name no place. */
async function holdings({ service }: Place) {
  const rows = await service.deps.db.query<{ line: string }>({
    text: `select concat_ws(' ', a.batch, a.place, a.balance_ug, b.drawn_ug, b.found_ug, v.elements) as line
      from account a join batch b on b.id = a.batch
      join batch_version v on v.batch = b.id
      order by a.batch, a.place, a.balance_ug`
  })
  return rows.map(({ line }) => line)
}

t.test(`a long unit is judged as its events are one by one (seed ${SEED})`, async (t) => {
  const [single, whole] = [await place(t), await place(t)]
  const lines = history(single)
  const expected = await oneByOne(single, lines)
  const { told, positions } = await inOneGo(whole, carriedOver(lines, single, whole), 'lenient')
  t.strictSame(told, expected)
  const counts = Object.groupBy(told, ({ status }) => status)
  for (const status of ['accepted', 'replayed', 'conflict', 'refused']) {
    t.ok((counts[status]?.length ?? 0) > 0, `${counts[status]?.length ?? 0} ${status}`)
  }
  const [first = 0] = positions
  t.strictSame(
    positions,
    positions.map((_, n) => first + n),
    'positions follow the lines, without a gap'
  )
  t.strictSame(await holdings(whole), await holdings(single))
  t.same((await verifyBooks(whole.service.deps)).differences, [])
})

t.test(`an import is judged as its events are one by one (seed ${SEED})`, async (t) => {
  const [single, whole] = [await place(t), await place(t)]
  const lines = history(single)
  const expected = await oneByOne(single, lines)
  startImports(t, whole.service)
  const actor = await whole.service.actor('producer', whole.organization)
  const job = await imported(actor, carriedOver(lines, single, whole).join('\n'))
  t.strictSame(toldBy(await results(actor, job.id)), expected)
  t.strictSame(await holdings(whole), await holdings(single))
  t.same((await verifyBooks(whole.service.deps)).differences, [])
})

t.test(`an import of which little is wrong is judged by memory (seed ${SEED})`, async (t) => {
  const [single, whole] = [await place(t), await place(t)]
  // Campaigns are always read.
  const all = history(single).filter((line) => !line.includes('campaign'))
  const told = await oneByOne(single, all)
  const wrong = told.findLastIndex(({ status }) => status === 'refused')
  const kept = (_: unknown, n: number) => told[n]?.status === 'accepted' || n === wrong
  const [lines, expected] = [carriedOver(all, single, whole).filter(kept), told.filter(kept)]
  // By then the process takes it that nobody else writes.
  const actor = await whole.service.actor('producer', whole.organization)
  const first = await oneByOne(whole, lines.slice(0, ALONE))
  startImports(t, whole.service)
  const { bookkeeper } = whole.service.deps
  const before = bookkeeper.state().remembered
  const job = await imported(actor, lines.slice(ALONE).join('\n'))
  const remembered = bookkeeper.state().remembered - before
  t.ok(remembered >= 1, `${remembered} groups judged by memory`)
  t.strictSame([...first, ...toldBy(await results(actor, job.id))], expected)
  t.strictSame(await holdings(whole), await holdings(single))
  t.same((await verifyBooks(whole.service.deps)).differences, [])
})

function toldBy(items: readonly { status: string; findings?: { code: string }[] }[]): Told[] {
  return items.map(({ status, findings }) => ({
    status,
    codes: codesOf(findings).map((code) => (code === 'CONFLICT' ? 'ID_CONFLICT' : code))
  }))
}

t.test(`a long unit that is all or nothing (seed ${SEED})`, async (t) => {
  const [single, whole] = [await place(t), await place(t)]
  const lines = history(single)
  const expected = await oneByOne(single, lines)
  const others = carriedOver(lines, single, whole)

  await t.test('is refused for what is wrong with one of its events', async (t) => {
    const actor = await whole.service.actor('producer', whole.organization)
    const { status, body } = await actor.request('POST', '/v1/events', others.join('\n'), {
      'content-type': 'application/x-ndjson',
      prefer: 'handling=strict'
    })
    t.equal(status, 422)
    const findings: { line: number; code: string; severity: string }[] = body.findings
    const stopped = expected.flatMap((told, n) =>
      told.status === 'refused' || told.status === 'conflict'
        ? told.codes.map((code) => ({ line: n + 1, code }))
        : []
    )
    t.strictSame(
      findings.map(({ line, code }) => ({ line, code })),
      stopped,
      'all of it is told'
    )
    t.strictSame(await eventsOf(whole), [], 'nothing is in the books')
    t.strictSame(await holdings(whole), [])
  })

  await t.test('is what its events are one by one, where nothing is wrong', async (t) => {
    const right = others.filter((_, n) =>
      ['accepted', 'replayed'].includes(expected[n]?.status ?? '')
    )
    const { told, positions } = await inOneGo(whole, right, 'strict')
    t.ok(positions.length > 100, `${positions.length} accepted`)
    t.strictSame(
      told.map(({ status }) => status),
      expected.map(({ status }) => status).filter((status) => /accepted|replayed/.test(status))
    )
    t.strictSame(await holdings(whole), await holdings(single))
    t.same((await verifyBooks(whole.service.deps)).differences, [])
  })
})

async function eventsOf({ service }: Place) {
  const rows = await service.deps.db.query<{ id: string }>({
    text: `select subject as id from journal where kind = 'event'`
  })
  return rows.map(({ id }) => id)
}
