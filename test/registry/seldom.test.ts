import t from 'tap'
import { seldom } from '../../src/registry/seldom.ts'

t.test('the same failure is told once a minute, another one at once', async (t) => {
  const told: string[] = []
  let now = 0
  const tell = seldom(
    (error) => told.push(`${now} ${(error as Error).message}`),
    () => now
  )
  for (now = 0; now <= 120_000; now += 500) tell(new Error('away'))
  t.strictSame(told, ['0 away', '60000 away', '120000 away'])
  tell(new Error('full'))
  tell(new Error('away'))
  t.strictSame(told.slice(3), ['120500 full', '120500 away'])
})
