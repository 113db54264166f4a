import t from 'tap'
import { RegistryError } from '../../src/errors.ts'
import { unhurried } from '../../src/registry/unhurried.ts'

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await unhurried(work).catch(() => {})
  return performance.now() - began
}

const missing = (ms: number) => async () => {
  await pause(ms)
  throw new RegistryError('NOT_FOUND', 'There is no batch.')
}

t.test('a 404 is told after a step of time, however long the search took', async (t) => {
  const [atOnce, searched, long] = await Promise.all([0, 5, 30].map((ms) => timeOf(missing(ms))))
  t.ok((atOnce ?? 0) >= 25 && (searched ?? 0) >= 25, `${atOnce} and ${searched} ms`)
  t.ok((long ?? 0) >= 50, `${long} ms`)
})

t.test('an answer and any other error are told at once', async (t) => {
  t.equal(await unhurried(async () => 7), 7)
  const forbidden = async () => {
    throw new RegistryError('FORBIDDEN', 'No.')
  }
  await t.rejects(unhurried(forbidden), { code: 'FORBIDDEN' })
  const times: number[] = []
  for (let n = 0; n < 5; n += 1) times.push(await timeOf(forbidden))
  // One of them may be kept waiting by what else the machine does.
  t.ok(Math.min(...times) < 24, `${times} ms`)
})
