/** What a bundle says that it is about, where it shows it and where that was lawfully erased. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { Bundle } from '../../../src/log/bundle.ts'
import { eraseEntry } from '../../../src/registry/audit/erase-entry.ts'
import { verifyBundle } from '../../../src/registry/proofs/verify-bundle.ts'
import { verifyReceipt } from '../../../src/registry/proofs/verify-receipt.ts'
import { fixtures } from '../../support/authorization-fixtures.ts'
import { programme } from '../../support/epd-programme.ts'
import { epdDocument } from '../../support/epds.ts'
import { testGuard } from '../../support/log.ts'
import { type Answer, testApp } from '../../support/service.ts'

const service = await testApp(t, { guard: testGuard(t) })
const { deps } = service
const { verifier } = await deps.log.key()
const producer = await service.actor('producer')
const make = (name: string) => fixtures[name]?.({ service, producer }) ?? Promise.reject(name)

async function bundleAt(path: string): Promise<Bundle> {
  const { status, body, raw } = await producer.request('GET', `${path}/bundle`)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return JSON.parse(raw.toString())
}

const titled = (bundle: Bundle, subject: object): Bundle => ({ ...bundle, subject }) as Bundle
const verified = (bundle: Bundle) => verifyBundle(Buffer.from(JSON.stringify(bundle)), [verifier])
const erased = (position: number) =>
  eraseEntry(deps, { position, reason: 'data_protection' as const })

function good(answer: Answer): Answer {
  if (answer.status < 300) return answer
  throw new Error(JSON.stringify(answer.body))
}

t.test('refuses to call erased or hidden what a bundle shows', async (t) => {
  const paths = [
    `/v1/events/${await make('event')}`,
    `/v1/batches/${await make('batch')}`,
    `/v1/epds/${await make('epd')}`,
    `/v1/organizations/${producer.organization}`,
    `/v1/facilities/${await make('facility')}`,
    `/v1/entries/${await make('entry')}`
  ]
  for (const path of paths) {
    const bundle = await bundleAt(path)
    t.match(await verified(bundle), { verified: true, problems: [] }, path)
    const problems = [{ code: 'SUBJECT', index: null, message: /shows what it says/ }]
    const marked = titled(bundle, { ...bundle.subject, shown: false })
    t.match(await verified(marked), { verified: false, problems }, path)
  }
})

t.test('what was erased', async (t) => {
  const event = await make('event')
  const { position } = good(await producer.request('GET', `/v1/events/${event}`)).body
  const kept = await bundleAt(`/v1/entries/${await make('entry')}`)
  const erasure = await erased(position)
  const byEvent = await bundleAt(`/v1/events/${event}`)
  const byPosition = await bundleAt(`/v1/entries/${position}`)

  t.test('accepts under the title that it was asked for', async (t) => {
    for (const [bundle, kind, id] of [
      [byEvent, 'event', event],
      [byPosition, 'entry', `${position}`]
    ] as const) {
      const subject = { kind, id, shown: false }
      t.match(await verified(bundle), { verified: true, subject }, kind)
      const indexes = bundle.entries.map(({ index }) => index)
      t.same(indexes, [position, erasure])
    }
  })

  t.test('has a receipt of its leaf that opens nothing', async (t) => {
    for (const path of [`/v1/events/${event}`, `/v1/entries/${position}`]) {
      const { status, raw } = await producer.request('GET', `${path}/receipt`)
      t.equal(status, 200, path)
      t.notMatch(String(raw), /^extra /m, path)
      t.match(verifyReceipt(raw, [verifier]), { verified: false, reason: /lawfully erased/ }, path)
    }
  })

  t.test('refuses under another one', async (t) => {
    const titles: Readonly<Record<string, [Bundle, object]>> = {
      'the position of something else': [byPosition, { kind: 'entry', id: `${position + 1}` }],
      'the position of the erasure': [byPosition, { kind: 'entry', id: `${erasure}` }],
      'a position with a zero before it': [byPosition, { kind: 'entry', id: `0${position}` }],
      'a position as a power': [byPosition, { kind: 'entry', id: '1e1' }],
      'a kind that nothing has': [byEvent, { kind: 'events', id: event }],
      'a kind in capitals': [byEvent, { kind: 'EVENT', id: event }],
      'no kind': [byEvent, { kind: '', id: event }],
      'no id': [byEvent, { kind: 'event', id: '' }],
      'an id in capitals': [byEvent, { kind: 'event', id: event.toUpperCase() }],
      'an id with a letter that only looks like one': [
        byEvent,
        { kind: 'event', id: event.replace(/[a-f]/, '\u0430') }
      ],
      'a title without the erasure': [
        { ...byEvent, entries: byEvent.entries.slice(0, 1) },
        { kind: 'event', id: event }
      ],
      'a title over what was never erased': [kept, { kind: 'event', id: randomUUID() }]
    }
    for (const [name, [bundle, title]] of Object.entries(titles)) {
      const report = await verified(titled(bundle, { ...title, shown: false }))
      t.equal(report.verified, false, name)
      t.match(report.problems[0]?.code, /^(FORMAT|SUBJECT)$/, name)
    }
    const silent = titled(byEvent, { kind: 'event', id: event })
    t.match(await verified(silent), { problems: [{ code: 'SUBJECT' }] }, 'without the mark')
  })

  t.test('in the open still says what it was of', async (t) => {
    const document = epdDocument('magnet-n48h')
    const id = `${document['id']}`
    const owner = await service.actor('producer')
    good(await owner.request('POST', '/v1/epds', document))
    const { published, deregistered } = await programme(service)
    await published({ id, version: '1.0' })
    const step = await deregistered({ id, version: '1.0' }, 'Wrong mix')
    const { position: at } = step.body.stateSince
    await erased(at)
    const bundle = await bundleAt(`/v1/entries/${at}`)
    t.equal(bundle.entries[0]?.leaf?.slice(0, 2), 'AX', 'the statement follows 0x01')
    t.match(await verified(bundle), { verified: true, subject: { id: `${at}`, shown: false } })
    for (const kind of ['epd', 'event', 'organization']) {
      const report = await verified(titled(bundle, { kind, id, shown: false }))
      t.match(report.problems, [{ code: 'SUBJECT' }], kind)
    }
  })
})
