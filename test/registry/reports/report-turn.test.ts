/** Many reports at once: few are made at the same time, so that connections are there for everybody else. */
import t from 'tap'
import { inReportTurn } from '../../../src/registry/reports/report-turn.ts'
import type { Database } from '../../../src/storage/database.ts'
import { testDatabase } from '../../support/database.ts'
import { mined, oreChain } from '../../support/ore-chain.ts'

/** Reports that are there when the test says so. */
function held(db: Database) {
  const begun: string[] = []
  const ends = new Map<string, (error?: Error) => void>()
  const ask = (organization: string, name: string, isGone = () => false) =>
    inReportTurn(db, { organization, isGone }, () => {
      begun.push(name)
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (error) => (error ? reject(error) : resolve(name)))
      })
    })
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { begun, ask, end }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

t.test('a third of the connections is for reports, and four at most', async (t) => {
  for (const [poolSize, atOnce] of [
    [2, 1],
    [9, 3],
    [40, 4]
  ] as const) {
    const { begun, ask, end } = held(await testDatabase(t, { poolSize }))
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const all = names.map((name) => ask(name, name))
    await settled()
    t.equal(begun.length, atOnce, `of ${poolSize}`)
    for (const name of names) await end(name)
    t.strictSame(await Promise.all(all), names)
    t.strictSame(begun, names, 'in the order in which they were asked for')
  }
})

t.test('who asks for many holds up no other', async (t) => {
  const { begun, ask, end } = held(await testDatabase(t, { poolSize: 6 }))
  const many = ['a1', 'a2', 'a3', 'a4'].map((name) => ask('A', name))
  const other = ask('B', 'b1')
  await settled()
  t.strictSame(begun, ['a1', 'a2'])
  await end('a1')
  t.strictSame(begun, ['a1', 'a2', 'b1'])
  await end('b1')
  await end('a2')
  t.strictSame(begun, ['a1', 'a2', 'b1', 'a3', 'a4'])
  await end('a3')
  await end('a4')
  t.strictSame(await Promise.all([...many, other]), ['a1', 'a2', 'a3', 'a4', 'b1'])
})

t.test('one that fails, and one that nobody waits for, make room', async (t) => {
  const { begun, ask, end } = held(await testDatabase(t, { poolSize: 2 }))
  let hasLeft = false
  const failing = t.rejects(ask('A', 'fails'), { message: 'as told' })
  const left = t.rejects(
    ask('A', 'left', () => hasLeft),
    { code: 'OVERLOADED', message: /Nobody waits/ }
  )
  const last = ask('A', 'last')
  await settled()
  hasLeft = true
  await end('fails', new Error('as told'))
  await Promise.all([failing, left])
  t.strictSame(begun, ['fails', 'last'])
  await end('last')
  t.equal(await last, 'last')
})

t.test('more than two hundred that wait are told to come again', async (t) => {
  const { begun, ask, end } = held(await testDatabase(t, { poolSize: 2 }))
  const names = Array.from({ length: 201 }, (_, at) => `${at}`)
  const all = names.map((name) => ask('A', name))
  await t.rejects(ask('B', 'late'), { code: 'OVERLOADED', retryAfterSeconds: 10 })
  for (const name of names) await end(name)
  t.strictSame(await Promise.all(all), names)
  const again = ask('B', 'again')
  await settled()
  t.equal(begun.at(-1), 'again')
  await end('again')
  await again
})

t.test('thirty reports at once take a part of the connections', async (t) => {
  const { service, party } = await oreChain(t)
  const mine = await party('Mine', 'AU')
  const batch = await mine.commission(mined('100'))
  const { pool } = service.deps.db
  let most = 0
  pool.on('acquire', () => {
    most = Math.max(most, pool.totalCount - pool.idleCount)
  })
  const kinds = ['gaps', 'footprint-chain']
  const asked = Array.from({ length: 30 }, (_, at) =>
    mine.request('GET', `/v1/reports/${kinds[at % 2]}?batch=${batch}`)
  )
  const answers = await Promise.all(asked)
  t.strictSame(new Set(answers.map(({ status }) => status)), new Set([200]))
  t.ok(most > 0 && most < pool.options.max, `${most} of ${pool.options.max} were in use`)
})
