import { randomUUID } from 'node:crypto'
import t from 'tap'
import { loadReference } from '../../../src/reference.ts'
import { createDeps } from '../../../src/registry/create-deps.ts'
import { sweep } from '../../../src/registry/imports/sweep.ts'
import { socketUrl } from '../../../src/storage/embedded/socket-url.ts'
import { sweepImports, uploadPiece } from '../../../src/storage/imports/import-uploads.ts'
import { findImport } from '../../../src/storage/imports/imports.ts'
import { testDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { imported, LINES, lines, purchase, startImports } from '../../support/imports.ts'
import { testApp } from '../../support/service.ts'
import { socketDirectory } from '../../support/test-cluster.ts'

const KEPT = { uploadMs: 3_600_000, bytesMs: 3_600_000, resultsMs: 3_600_000 }

t.test('what an import leaves behind goes in its time, what it recorded stays', async (t) => {
  const service = await testApp(t)
  const { db } = service.deps
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  const body = lines(purchase(facility, randomUUID()))
  const { body: waiting } = await producer.request('POST', '/v1/imports', body, LINES)
  await sweepImports(db, { uploadMs: 0, bytesMs: 0, resultsMs: 0 })
  const unread = await findImport(db, waiting.id)
  t.ok(await uploadPiece(db, unread?.upload ?? '', 0), 'an import that waits keeps everything')

  startImports(t, service)
  const batch = randomUUID()
  const job = await imported(producer, lines(purchase(facility, batch)))
  const upload = (await findImport(db, job.id))?.upload ?? ''
  await sweepImports(db, KEPT)
  t.ok(await uploadPiece(db, upload, 0), 'nothing goes before its time')
  await sweepImports(db, { ...KEPT, bytesMs: 0 })
  t.equal(await uploadPiece(db, upload, 0), undefined, 'the bytes go first')
  t.equal((await producer.request('GET', `/v1/imports/${job.id}/results`)).body.items.length, 1)
  await sweepImports(db, { ...KEPT, resultsMs: 0 })
  t.equal((await producer.request('GET', `/v1/imports/${job.id}`)).status, 404, 'then the rest')
  t.equal((await producer.request('GET', `/v1/batches/${batch}`)).status, 200)
})

t.test('nothing goes while a clock is wrong: it might be that of the database', async (t) => {
  const service = await testApp(t)
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  startImports(t, service)
  const job = await imported(producer, lines(purchase(facility, randomUUID())))
  const upload = (await findImport(service.deps.db, job.id))?.upload ?? ''
  const [row] = await service.deps.db.query<{ name: string }>({
    text: 'select current_database() as name'
  })
  let offset = 0
  const db = await testDatabase(t, {
    url: socketUrl(socketDirectory, row?.name ?? ''),
    databaseSilenceMs: 10_000,
    now: () => Date.now() + offset
  })
  const deps = createDeps(db, loadReference())
  offset = -3_600_000
  t.ok(await eventually(() => db.clockAheadMs !== 0))
  await sweep(deps, { keepBytesHours: 0, keepResultsDays: 0 })
  t.ok(await uploadPiece(db, upload, 0), 'the bytes are there')
  t.equal((await producer.request('GET', `/v1/imports/${job.id}`)).status, 200)
  offset = 0
  t.ok(await eventually(() => db.clockAheadMs === 0))
  await sweep(deps, { keepBytesHours: 0, keepResultsDays: 0 })
  t.equal(await uploadPiece(db, upload, 0), undefined)
  t.equal((await producer.request('GET', `/v1/imports/${job.id}`)).status, 404)
})
