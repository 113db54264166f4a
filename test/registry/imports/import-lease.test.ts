import { randomUUID } from 'node:crypto'
import t from 'tap'
import { ended, LINES, lines, purchase, startImports } from '../../support/imports.ts'
import { testApp } from '../../support/service.ts'

t.test('an import goes on though the clock of the database was set back since', async (t) => {
  const service = await testApp(t)
  const { db } = service.deps
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  const body = lines(purchase(facility, randomUUID()))
  const { body: job } = await producer.request('POST', '/v1/imports', body, LINES)
  await db.query({
    text: `update import_job set state = 'running', lease = $2,
      lease_until = clock_timestamp() + interval '1 hour' where id = $1`,
    values: [job.id, randomUUID()]
  })
  startImports(t, service)
  t.match(await ended(producer, job.id), { state: 'done', progress: { accepted: 1 } })
})
