import { randomUUID } from 'node:crypto'
import t from 'tap'
import { reevaluateStep } from '../../src/registry/books/reevaluate.ts'
import { mined, NOW, oreChain } from '../support/ore-chain.ts'
import { RandomHistory, threeMembers } from '../support/random-history.ts'
import { SEED, seeded } from '../support/seed.ts'
import { testApp } from '../support/service.ts'

const EVENTS = Number(process.env['LODESTONE_TEST_EVENTS'] ?? 90)

/** Every question about a batch that can be asked as of a position. */
const ROUTES = ['', '/origins', '/upstream', '/custody', '/history', '/findings', '/recycled']

t.test(`an answer as of a position never changes (seed ${SEED})`, async (t) => {
  const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
  const random = seeded(SEED)
  const members = await threeMembers(service)
  const history = new RandomHistory(random, members, true)
  const actors = new Map(
    await Promise.all(
      members.map(
        async ({ organization }) =>
          [organization, await service.actor('producer', organization)] as const
      )
    )
  )
  const batches: { id: string; by: string }[] = []
  const answers: { url: string; by: string; body: unknown }[] = []
  for (let turn = 0; turn < EVENTS; turn += 1) {
    const { by, document } = history.next()
    const actor = actors.get(by.organization)
    const answer = await actor?.request('POST', '/v1/events', document)
    if (answer?.status !== 201) continue
    for (const { id } of answer.body.batches) batches.push({ id, by: by.organization })
    if (random() < 0.2) await reevaluateStep(service.deps)
    const batch = batches[Math.floor(random() * batches.length)]
    if (!batch) continue
    for (const route of ROUTES) {
      const url = `/v1/batches/${batch.id}${route}?asOf=${answer.body.position}`
      const told = await actors.get(batch.by)?.request('GET', url)
      if (told?.status === 200) answers.push({ url, by: batch.by, body: told.body })
    }
  }
  while ((await reevaluateStep(service.deps)) > 0);
  t.ok(answers.length > EVENTS, `${answers.length} answers at all positions`)
  for (const { url, by, body } of answers) {
    const again = await actors.get(by)?.request('GET', url)
    t.strictSame(again?.body, body, url)
  }
})

t.test('a correction that narrows a batch leaves told what it was before', async (t) => {
  const chain = await oreChain(t, () => new Date(NOW))
  const [mine, stranger] = [await chain.party('Mine', 'AU'), await chain.party('Stranger', 'NO')]
  const [batch, event, correction, corrective] = Array.from({ length: 4 }, () => randomUUID())
  const url = `/v1/batches/${batch}`
  const made = (disclosure: string, more: object) =>
    mine.record({ type: 'commission', outputs: [mined('10', { id: batch, disclosure })], ...more })
  await made('public', { id: event })
  const { position } = (await stranger.request('GET', url)).body
  const asked = ['', '/history'].map((route) => `${url}${route}?asOf=${position}`)
  const ask = () => Promise.all(asked.map(async (each) => (await mine.request('GET', each)).body))
  const before = await ask()

  const wrong = { type: 'correct', id: correction, event, reason: 'incorrect_data' }
  await mine.record({ ...wrong, correctiveEvent: corrective })
  await made('restricted', { id: corrective, corrects: correction })
  t.strictSame(await ask(), before)
  t.equal((await mine.request('GET', url)).body.disclosure, 'restricted')
  const { content } = (await mine.request('GET', `${url}/history`)).body
  const levels = content.map(({ disclosure }: { disclosure: string }) => disclosure)
  t.strictSame(levels, ['public', 'public', 'restricted'], 'taken back in between')
  t.equal((await stranger.request('GET', asked[0] ?? '')).status, 404, 'rights are those of today')
})
