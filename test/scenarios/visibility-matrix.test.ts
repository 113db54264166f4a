/**
 * Every asker, every batch, every entry point, against an oracle that was written from the design:
 * who is answered, what of each node is seen, that totals add up, and that no planted secret leaks.
 */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { Answer } from '../support/service.ts'
import { comparable, type Leak, leaksOf } from '../support/sight/judge.ts'
import {
  ancestorsOf,
  mayAsk,
  ownWay,
  type Seen,
  seenAtAll,
  seenFrom
} from '../support/sight/oracle.ts'
import type { AskerName, BatchName } from '../support/sight/plan.ts'
import { ASKERS, BATCH_NAMES, BATCHES, SHIPMENTS } from '../support/sight/plan.ts'
import type { Named, Question } from '../support/sight/questions.ts'
import { EVENT_READS, LISTS, READS, WRITES } from '../support/sight/questions.ts'
import { playScene, secretWord } from '../support/sight/scene.ts'
import { secretsOf } from '../support/sight/secrets.ts'
import {
  byCountry,
  descendantsOf,
  toldDownstream,
  unbalancedElements,
  unbalancedEvents,
  unbalancedLines
} from '../support/sight/sums.ts'

/** A 404 about a batch takes at least so long, whatever was looked up; a timer may be early. */
const SLOWEST_LOOKUP_MS = 23

const AUDITORS: readonly AskerName[] = ['auditor', 'bearer', 'revoked']

const scene = await playScene(t)
const secrets = secretsOf(scene)
const counts = { combinations: 0, answers: 0, refusals: 0, checks: 0 }

const namedBatch = (name: BatchName): Named => ({
  id: scene.batches[name].id,
  number: scene.batches[name].number,
  organization: scene.parties[BATCHES[name].maker].organization
})

const momentOf = (asker: AskerName) => ({
  asOf: scene.beforeGrants,
  facility:
    asker in scene.parties
      ? scene.parties[asker as 'mine'].facility
      : scene.parties.bystander.facility
})

const ask = (asker: AskerName, question: Question, batch: Named) =>
  question.ask(scene.askers[asker], batch, momentOf(asker))

/** Asks, and remembers what the answer gave away. */
function judged(asker: AskerName, question: string, named: string, answer: Answer): Leak[] {
  counts.answers += 1
  counts.checks += secrets.length
  return leaksOf({ asker, question, named }, answer, secrets)
}

/** Does `work` for all, a few at a time. */
async function inTurn<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  const left = [...items]
  const hand = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: 12 }, hand))
}

function statusOf(asker: AskerName, question: Question, batch: BatchName): number {
  if (question.acts && AUDITORS.includes(asker)) return 403
  if (!mayAsk(asker, batch)) return 404
  return question.for === 'held' && ownWay(asker, batch) !== 'holder'
    ? 403
    : (question.status ?? 200)
}

const planned = new Set(BATCH_NAMES.map((batch) => scene.batches[batch].id))

async function campaignStatus(asker: AskerName): Promise<number> {
  const url = `/v1/campaigns/${scene.campaign.id}`
  return (await scene.askers[asker].request('GET', url)).status
}

const cells = ASKERS.flatMap((asker) => BATCH_NAMES.map((batch) => ({ asker, batch })))

/** How the service speaks of a batch that does not exist, and how soon. */
async function ofNothing(asker: AskerName, question: Question) {
  const nothing = { id: randomUUID(), number: secretWord('lot'), organization: randomUUID() }
  const answer = await ask(asker, question, nothing)
  return comparable(answer, Object.values(nothing))
}

t.test('whoever asks by the id of a batch is answered by its rights alone', async (t) => {
  const wrong: string[] = []
  const leaks: Leak[] = []
  const questions = ASKERS.flatMap((asker) => READS.map((question) => ({ asker, question })))
  await inTurn(questions, async ({ asker, question }) => {
    const unknown = await ofNothing(asker, question)
    for (const batch of BATCH_NAMES) {
      const named = namedBatch(batch)
      const began = performance.now()
      const answer = await ask(asker, question, named)
      const took = performance.now() - began
      const cell = `${asker} ${batch} ${question.name}`
      counts.combinations += 1
      const expected = statusOf(asker, question, batch)
      if (answer.status !== expected) wrong.push(`${cell}: ${answer.status}, not ${expected}`)
      leaks.push(...judged(asker, `${question.name} ${batch}`, question.names(named), answer))
      if (expected !== 404) continue
      counts.refusals += 1
      if (comparable(answer, Object.values(named)) !== unknown) {
        wrong.push(`${cell}: told apart from one that does not exist`)
      }
      if (took < SLOWEST_LOOKUP_MS) wrong.push(`${cell}: refused after ${took.toFixed(1)} ms`)
    }
  })
  t.strictSame(wrong, [])
  t.strictSame(leaks, [])
})

t.test('a document that names a foreign batch is refused as if it named none', async (t) => {
  const wrong: string[] = []
  const leaks: Leak[] = []
  const foreign = cells.filter(
    ({ asker, batch }) => ownWay(asker, batch) === null && !AUDITORS.includes(asker)
  )
  const questions = foreign.flatMap((cell) => WRITES.map((question) => ({ ...cell, question })))
  await inTurn(questions, async ({ asker, batch, question }) => {
    const named = namedBatch(batch)
    const nothing = { ...named, id: randomUUID(), number: secretWord('lot') }
    const [answer, unknown] = [
      await ask(asker, question, named),
      await ask(asker, question, nothing)
    ]
    counts.combinations += 1
    const cell = `${asker} ${batch} ${question.name}`
    leaks.push(...judged(asker, cell, question.names(named) + momentOf(asker).facility, answer))
    if (question.for === 'held' && mayAsk(asker, batch)) {
      if (answer.status !== 403) wrong.push(`${cell}: ${answer.status}`)
      return
    }
    const [one, other] = [
      comparable(answer, Object.values(named)),
      comparable(unknown, Object.values(nothing))
    ]
    if (one !== other) wrong.push(`${cell}: ${one} is not ${other}`)
  })
  t.strictSame(wrong, [])
  t.strictSame(leaks, [])
})

t.test('lists hold what is the caller\u2019s to see, and count nothing else', async (t) => {
  const leaks: Leak[] = []
  const wrong: string[] = []
  await inTurn(cells, async ({ asker, batch }) => {
    const named = namedBatch(batch)
    const ids = new Map<string, readonly string[]>()
    for (const question of LISTS) {
      const answer = await ask(asker, question, named)
      counts.combinations += 1
      const cell = `${question.name} ${batch}`
      leaks.push(...judged(asker, cell, question.names(named), answer))
      ids.set(
        question.name,
        answer.body.items.map(({ id }: { id: string }) => id)
      )
    }
    const found = ids.get('GET /v1/batches?number=')
    const expected = mayAsk(asker, batch) ? [named.id] : []
    if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push(`${asker} ${batch} number`)
    const made = ids.get('GET /v1/batches?limit=100&organization=')
    const known = seenAtAll(asker, batch) === 'whole' && ownWay(asker, batch) !== null
    if (made?.includes(named.id) !== known) wrong.push(`${asker} ${batch} organization`)
    const findings = ids.get('GET /v1/findings?batch=') ?? []
    if (findings.length > 0 && ownWay(asker, batch) !== 'holder') {
      wrong.push(`${asker} ${batch} findings`)
    }
  })
  t.strictSame(wrong, [])
  let found = 0
  for (const asker of ASKERS) {
    const get = async (path: string) => {
      const answer = await scene.askers[asker].request('GET', path)
      leaks.push(...judged(asker, path, '', answer))
      counts.combinations += 1
      return answer.body.items
    }
    const held = BATCH_NAMES.filter((batch) => ownWay(asker, batch) !== null)
    const listed = (await get('/v1/batches?limit=100'))
      .map(({ id }: { id: string }) => id)
      .filter((id: string) => planned.has(id))
    const ids = held.map((batch) => scene.batches[batch].id)
    t.strictSame(listed.toSorted(), ids.toSorted(), `${asker}: batches`)
    const legs = SHIPMENTS.filter(({ by, to }) => by === asker || to === asker)
    t.equal((await get('/v1/shipments?limit=100')).length, legs.length, `${asker}: shipments`)
    const runs = (await get('/v1/campaigns')).map(({ id }: { id: string }) => id)
    t.strictSame(runs, asker === 'rival' ? [scene.campaign.id] : [], `${asker}: campaigns`)
    t.equal(await campaignStatus(asker), asker === 'rival' ? 200 : 404, `${asker}: a campaign`)
    const findings = await get('/v1/findings?limit=100')
    if (held.length === 0) t.strictSame(findings, [], `${asker}: findings`)
    found += findings.length
    const foreign = findings.filter(({ batch }: { batch?: string }) => !ids.includes(batch ?? ''))
    t.strictSame(foreign, [], `${asker}: findings of its batches alone`)
  }
  t.ok(found > 0, 'the correction left findings to hide')
  t.strictSame(leaks, [])
})

/** The shares that the maker sees, asked for once. */
const shares = new Map<BatchName, ReturnType<typeof askShares>>()

async function askShares(batch: BatchName) {
  const maker = scene.parties[BATCHES[batch].maker]
  const url = `/v1/batches/${scene.batches[batch].id}/origins?by=facility`
  return byCountry((await maker.request('GET', url)).body)
}

function sharesOf(batch: BatchName) {
  const asked = shares.get(batch) ?? askShares(batch)
  shares.set(batch, asked)
  return asked
}

t.test('what is withheld keeps its place, and everything adds up', async (t) => {
  const wrong: string[] = []
  await inTurn(cells, async ({ asker, batch }) => {
    if (!mayAsk(asker, batch)) return
    const get = async (path: string) =>
      (await scene.askers[asker].request('GET', `/v1/batches/${scene.batches[batch].id}${path}`))
        .body
    counts.combinations += 1
    const up = await get('/upstream')
    const found = up.nodes.map(({ visibility }: { visibility: string }) => visibility)
    const expected = seenUpstream(asker, batch)
    if (!sameSights(found, expected)) wrong.push(`${asker} ${batch}: ${found}, not ${expected}`)
    if (unbalancedEvents(up) > 0) wrong.push(`${asker} ${batch}: shares of inputs`)
    const countries = await get('/origins')
    const facilities = await get('/origins?by=facility')
    for (const each of [countries, facilities]) {
      const bad = unbalancedElements(each)
      if (bad.length > 0) wrong.push(`${asker} ${batch}: origins of ${bad}`)
    }
    const open = await sharesOf(batch)
    for (const each of [countries, facilities]) {
      if (JSON.stringify(byCountry(each)) !== JSON.stringify(open)) {
        wrong.push(`${asker} ${batch}: not the shares that its maker sees`)
      }
    }
    const lines = unbalancedLines(await get('/origins?by=facility&format=csv'))
    if (lines.length > 0) wrong.push(`${asker} ${batch}: lines of ${lines}`)
  })
  t.strictSame(wrong, [])
})

t.test('a maker is told of all that became of its batch, by customer or by count', async (t) => {
  for (const batch of BATCH_NAMES) {
    const maker = scene.parties[BATCHES[batch].maker]
    const { body } = await maker.request('GET', `/v1/batches/${scene.batches[batch].id}/downstream`)
    t.strictSame(toldDownstream(body), descendantsOf(batch), batch)
  }
})

const seenUpstream = (asker: AskerName, batch: BatchName): readonly Seen[] =>
  [batch, ...ancestorsOf(batch)].map((node) => seenFrom(asker, batch, node))

function sameSights(found: readonly string[], expected: readonly string[]): boolean {
  return JSON.stringify(found.toSorted()) === JSON.stringify(expected.toSorted())
}

t.test('an event, a shipment and an entry exist for those alone whom they concern', async (t) => {
  const leaks: Leak[] = []
  const wrong: string[] = []
  const events = [
    ...BATCH_NAMES.map((name) => scene.batches[name].event),
    ...scene.shipments.flatMap(({ id, receipt }) => (receipt === null ? [id] : [id, receipt])),
    scene.correction.event
  ]
  await inTurn(ASKERS, async (asker) => {
    const look = async (path: string, named: string) => {
      const answer = await scene.askers[asker].request('GET', path)
      counts.combinations += 1
      leaks.push(...judged(asker, path, named, answer))
      return comparable(answer, [named])
    }
    const nothing = randomUUID()
    const unknown = new Map<string, string>()
    for (const suffix of EVENT_READS) {
      unknown.set(suffix, await look(`/v1/events/${nothing}${suffix}`, nothing))
    }
    for (const [index, event] of events.entries()) {
      // Each event in two ways, every way with many events.
      for (const suffix of ['', EVENT_READS[1 + (index % (EVENT_READS.length - 1))] ?? '']) {
        const found = await look(`/v1/events/${event}${suffix}`, event)
        const refused = found.startsWith('404')
        if (refused && found !== unknown.get(suffix)) wrong.push(`${asker} ${event}${suffix}`)
      }
    }
    if (!['mine', 'owner', 'rival', 'bystander', 'auditor'].includes(asker)) return
    for (let position = 0; position <= scene.newest; position += 1) {
      await look(`/v1/entries/${position}/receipt`, '')
    }
  })
  t.strictSame(wrong, [])
  t.strictSame(leaks, [])
})

t.test('the judge itself: a wrong cell and a secret in plain sight are reported', async (t) => {
  const { mine } = scene.askers
  const url = `/v1/batches/${scene.batches.ore.id}`
  const planted = (text: string) => [{ what: 'planted', text, knows: () => false }]
  const asked = { asker: 'mine', question: 'control', named: '' } as const
  const seen = (answer: Answer, text: string) => leaksOf(asked, answer, planted(text)).length
  const whole = await mine.request('GET', url)
  t.equal(seen(whole, scene.batches.ore.product), 1, 'in a body')
  t.equal(seen(whole, String(whole.headers['x-request-id'])), 1, 'in a header')
  t.equal(seen(whole, secretWord('never')), 0, 'not what is nowhere')
  t.equal(seen(await mine.request('GET', `${url}/bundle`), scene.batches.ore.note), 1, 'encoded')
  const up = await scene.parties.magnet.request(
    'GET',
    `/v1/batches/${scene.batches.alloy.id}/upstream`
  )
  const found = up.body.nodes.map(({ visibility }: { visibility: string }) => visibility)
  const right = seenUpstream('magnet', 'alloy')
  t.ok(sameSights(found, right))
  t.notOk(sameSights(found, right.with(right.indexOf('outline'), 'whole')), 'a wrong cell')
  t.equal(unbalancedEvents({ ...up.body, events: [{ inputs: [{ share: '0.999999999999' }] }] }), 1)
  t.comment(
    `${counts.combinations} combinations, ${counts.answers} answers, ${counts.refusals} refusals, ` +
      `${secrets.length} secrets, ${counts.checks} looks for one`
  )
})
