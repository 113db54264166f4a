/** Events without ids: sent again, edited, twice in a file, another way, by others, in many turns. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { runImport } from '../../src/registry/imports/run-import.ts'
import { claimImport, releaseImport } from '../../src/storage/imports/import-work.ts'
import { kg } from '../support/books.ts'
import { ended, imported, LINES, lines, purchase, results, works } from '../support/imports.ts'
import { testApp } from '../support/service.ts'

/** Takes a sample of a batch, without saying which event it is. */
const sample = (facility: string, batch: string, mass = '1') => ({
  type: 'adjust',
  time: '2026-10-01T06:00:00Z',
  facility,
  reason: 'sampling',
  batch,
  direction: 'decrease',
  mass: kg(mass)
})

t.test('an upload of events without ids', async (t) => {
  const { service, producer, facility } = await works(t)
  /** What is left of a batch of 700 kg. */
  const left = async (batch: string) => {
    const { body } = await producer.request('GET', `/v1/batches/${batch}`)
    return body.holdings[0].massKg
  }
  const bought = async () => {
    const batch = randomUUID()
    await producer.request('POST', '/v1/events', purchase(facility, batch))
    return batch
  }

  t.test('repeats what was recorded where one line of it is mended', async (t) => {
    const batch = await bought()
    const samples = ['1', '2', '3'].map((mass) => sample(facility, batch, mass))
    const first = await imported(
      producer,
      lines(samples[0], { ...samples[1], reason: '?' }, samples[2])
    )
    t.match(first.progress, { accepted: 2, refused: 1 })
    const mended = await imported(producer, lines(...samples))
    t.match(mended.progress, { accepted: 1, replayed: 2 })
    const spaced = samples.map((one) => `  ${JSON.stringify(one, null, 1).replaceAll('\n', ' ')} `)
    const otherwise = `\ufeff${spaced.join('\r\n')}`
    const again = await imported(producer, otherwise)
    t.match(again.progress, { accepted: 0, replayed: 3 }, 'however it is written')
    t.equal(await left(batch), '694')
  })

  t.test('counts the same line as often as it stands there', async (t) => {
    const batch = await bought()
    const one = sample(facility, batch)
    const twice = lines(one, sample(facility, batch, '5'), one)
    t.match((await imported(producer, twice)).progress, { accepted: 3 })
    t.match((await imported(producer, twice)).progress, { accepted: 0, replayed: 3 })
    t.match((await imported(producer, lines(one, one, one))).progress, { accepted: 1, replayed: 2 })
    t.equal(await left(batch), '692')
  })

  t.test('counts lines that the books refused as well', async (t) => {
    const batch = randomUUID()
    const one = sample(facility, batch)
    const text = lines(one, purchase(facility, batch, { id: null }), one)
    const job = await imported(producer, text)
    t.match(job.progress, { accepted: 2, refused: 1 }, 'the first comes too early')
    const [first, , second] = await results(producer, job.id)
    t.not(first.id, second.id)
    const again = await imported(producer, text)
    t.match(again.progress, { accepted: 1, replayed: 2 }, 'two samples, as the file says')
    t.equal(await left(batch), '698')
  })

  t.test('is the same events where their ids are written into it', async (t) => {
    const batch = await bought()
    const one = sample(facility, batch)
    const job = await imported(producer, lines(one))
    const [{ id }] = await results(producer, job.id)
    const stated = await imported(producer, lines({ id, ...one }))
    t.match(stated.progress, { accepted: 0, replayed: 1 })
    const other = await imported(producer, lines({ id, ...one, mass: kg('2') }))
    t.match(await results(producer, other.id), [{ status: 'conflict' }])
    const alone = await producer.request('POST', '/v1/events', { ...one, id })
    t.equal(alone.status, 200)
    const fresh = { ...one, id: randomUUID() }
    t.equal((await producer.request('POST', '/v1/events', fresh)).status, 201)
    t.equal(await left(batch), '698')
  })

  t.test('says nothing to another organization that sends the same bytes', async (t) => {
    const batch = await bought()
    const text = lines(sample(facility, batch))
    const ours = await imported(producer, text)
    t.match(ours.progress, { accepted: 1 })
    const stranger = await service.actor('producer')
    const theirs = await imported(stranger, text)
    const [refused] = await results(stranger, theirs.id)
    t.match(refused, { status: 'refused' }, 'by the books, as if nobody had sent it before')
    const header =
      'event,time,facility,number,product_class,product_name,entry,mass_value,mass_unit,mass_basis,assay_basis,assay_unit,assay:Nd2O3,assay:Pr6O11'
    const row = `a,2026-09-05T14:30:00Z,${facility},S-1,separated_oxide,Oxide,purchased,5,KGM,dry,oxide,P1,73.5,26`
    const headers = { 'content-type': 'text/csv' }
    const sheet = `${header}\n${row}\n`
    t.match((await imported(producer, sheet, { headers })).progress, { accepted: 1 })
    const copied = await imported(stranger, sheet, { headers })
    t.match(await results(stranger, copied.id), [{ status: 'refused' }])
  })
})

t.test('an upload that is worked on in many turns, each as if by another process', async (t) => {
  const service = await testApp(t)
  const { deps } = service
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  const batch = randomUUID()
  const same = Array.from({ length: 600 }, () => sample(facility, batch))
  const upload = lines(purchase(facility, batch, { id: null }), ...same)

  /** Every turn ends as soon as it may. */
  async function workedOff(): Promise<{ readonly id: string; readonly turns: number }> {
    const { body } = await producer.request('POST', '/v1/imports', upload, LINES)
    for (let turns = 0; ; turns += 1) {
      const lease = randomUUID()
      if (!(await claimImport(deps.db, lease))) return { id: body.id, turns }
      const hold = { import: body.id, lease }
      await runImport(deps, hold, {
        documentLimitBytes: 64 * 1024,
        enough: async () => true,
        stopping: () => false,
        onFailure: (error) => t.fail(String(error))
      })
      await releaseImport(deps.db, hold)
    }
  }

  const { id, turns } = await workedOff()
  t.ok(turns > 1, `${turns} turns`)
  t.match(await ended(producer, id), { state: 'done', progress: { accepted: 601 } })
  const all = await results(producer, id)
  t.equal(new Set(all.map((item) => item.id)).size, 601)
  const again = await workedOff()
  t.match(await ended(producer, again.id), { progress: { accepted: 0, replayed: 601 } })
})
