/** The correction job writes by itself, so it has to know when nothing may be written. */
import t from 'tap'
import { createCorrectionJob } from '../../../src/registry/books/correction-job.ts'
import { testApp } from '../../support/service.ts'

t.test('nothing is written while the history cannot be signed', async (t) => {
  const { deps } = await testApp(t)
  const { db, reference, now } = deps
  let mayWrite = false
  let transactions = 0
  const counted = new Proxy(db, {
    get: (target, name, receiver) => {
      if (name === 'transaction') transactions += 1
      const value = Reflect.get(target, name, receiver)
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
  const job = createCorrectionJob({ db: counted, reference, now, mayWrite: () => mayWrite })
  const failures: unknown[] = []
  job.start((error) => failures.push(error))
  await job.close()
  t.equal(transactions, 0, 'no suspect is evaluated, nobody is reminded')
  mayWrite = true
  job.start((error) => failures.push(error))
  await new Promise((resolve) => setTimeout(resolve, 500))
  await job.close()
  t.ok(transactions >= 1, 'and both are where it can be')
  t.same(failures, [])
})
