import { randomUUID } from 'node:crypto'
import t from 'tap'
import { openCheckpoint } from '../../src/log/checkpoint.ts'
import { accept, testGuard } from '../support/log.ts'
import { LogClient } from '../support/log-client.ts'
import { oxideBought } from '../support/oxide.ts'
import { type Actor, type TestApp, testApp } from '../support/service.ts'
import { registeredKey } from '../support/signer.ts'

interface Scene extends TestApp {
  readonly producer: Actor
  readonly buyer: Actor
  readonly client: LogClient
  commission(): Record<string, unknown>
}

async function scene(t: Parameters<typeof testApp>[0]): Promise<Scene> {
  const service = await testApp(t, { guard: testGuard(t) })
  const producer = await service.actor('producer')
  const buyer = await service.actor('buyer')
  const facility = await service.facility(producer.organization)
  await service.deps.log.covers(0, 5_000)
  const client = await LogClient.open((path) => service.request('GET', path))
  const commission = () => oxideBought(facility)
  return { ...service, producer, buyer, client, commission }
}

const wait = { prefer: 'wait=5' }

t.test('accepts', async (t) => {
  const { producer, client, commission, request, deps, actor } = await scene(t)

  t.test('an event whose submitter waits, and answers with its receipt', async (t) => {
    const document = Buffer.from(JSON.stringify(commission()))
    const answer = await producer.request('POST', '/v1/events', document, wait)
    t.equal(answer.status, 201)
    t.equal(answer.headers['preference-applied'], 'wait=5')
    t.match(client.opened(answer.body.receipt, document), {
      v: 1,
      kind: 'event',
      subject: answer.body.id,
      organization: producer.organization,
      at: answer.body.recordedAt
    })
    t.equal(client.opened(answer.body.receipt, Buffer.from('other')), 'the log holds other bytes')
    const again = await producer.request('POST', '/v1/events', document, wait)
    t.equal(again.status, 200)
    t.type(client.opened(again.body.receipt, document), 'object', 'a repetition has one too')
  })

  t.test('whoever would wait longer than anybody may', async (t) => {
    const prefer = { prefer: 'wait=99999999999999999999' }
    const answer = await producer.request('POST', '/v1/events', commission(), prefer)
    t.equal(answer.status, 201, JSON.stringify(answer.body))
    t.match(answer.body.receipt, /^c2sp.org\/tlog-proof@v1\n/)
    t.equal(answer.headers['preference-applied'], 'wait=20')
  })

  t.test('what is changed or taken back with the receipt of that', async (t) => {
    const other = await actor('producer')
    const { id } = await registeredKey(other)
    const path = `/v1/keys/${id}?reason=compromised`
    for (const time of ['first', 'second']) {
      const { body } = await other.request('DELETE', path, undefined, wait)
      const said = { kind: 'key_revocation', subject: id, body: { reason: 'compromised' } }
      t.match(client.opened(body.receipt), said, time)
    }
    const policy = `/v1/organizations/${other.organization}/signing-policy`
    const set = await other.request('PUT', policy, { unsigned: 'refused' }, wait)
    t.equal(set.headers['preference-applied'], 'wait=5')
    const said = { kind: 'signing_policy', subject: other.organization }
    t.match(client.opened(set.body.receipt), { ...said, body: { unsigned: 'refused' } })
    const silent = await other.request('GET', policy, undefined, wait)
    t.notOk('receipt' in silent.body, 'whoever only asks waits for nothing')
  })

  t.test('many events at once, each with its receipt', async (t) => {
    const documents = [commission(), commission()].map((one) => JSON.stringify(one))
    const answer = await producer.request('POST', '/v1/events', documents.join('\n'), {
      'content-type': 'application/x-ndjson',
      prefer: 'handling=lenient, wait=5'
    })
    t.equal(answer.headers['preference-applied'], 'handling=lenient, wait=5')
    answer.body.results.forEach(({ receipt }: { receipt: string }, n: number) => {
      t.type(client.opened(receipt, Buffer.from(documents[n] ?? '')), 'object')
    })
  })

  t.test('a request for a receipt afterwards, of everything that has one', async (t) => {
    const event = commission() as { id: string; facility: string; outputs: { id: string }[] }
    await producer.request('POST', '/v1/events', event)
    const { facility, outputs } = event
    const things = {
      event: `/v1/events/${event.id}`,
      batch: `/v1/batches/${outputs[0]?.id}`,
      facility: `/v1/facilities/${facility}`,
      organization: `/v1/organizations/${producer.organization}`
    }
    for (const [kind, path] of Object.entries(things)) {
      const answer = await producer.request('GET', `${path}/receipt`)
      t.equal(answer.status, 200, kind)
      t.match(client.opened(String(answer.body)), {
        kind: kind === 'batch' ? 'event' : kind,
        subject: kind === 'batch' ? event.id : path.split('/').at(-1)
      })
    }
  })

  t.test('a receipt by its position, for what has no address of its own', async (t) => {
    const producer = await actor('producer')
    const path = `/v1/organizations/${producer.organization}/signing-policy`
    await producer.request('PUT', path, { unsigned: 'refused' })
    const { position } = (await producer.request('GET', path)).body
    const answer = await producer.request('GET', `/v1/entries/${position}/receipt`)
    t.equal(answer.status, 200)
    t.match(client.opened(String(answer.body)), {
      kind: 'signing_policy',
      subject: producer.organization,
      body: { unsigned: 'refused' }
    })
    const schema = await request('GET', '/v1/entries/0/receipt')
    t.equal(schema.status, 404, 'the first entry of this log is confidential')
    const signer = await registeredKey(await actor('producer'))
    const key = await producer.request('GET', `/v1/keys/${signer.id}`)
    const open = await request('GET', `/v1/entries/${key.body.position}/receipt`)
    t.match(client.opened(String(open.body)), { kind: 'key' }, 'keys are for everybody')
  })

  t.test('the same for whom it is about and for who acted, and for nobody else', async (t) => {
    const [own, admin, rival] = [
      await actor('producer'),
      await actor('admin'),
      await actor('producer')
    ]
    const { organization } = own
    const made = await admin.request('POST', '/v1/clients', {
      name: 'Furnace',
      roles: ['producer'],
      organization
    })
    t.equal(made.status, 201)
    const policy = `/v1/organizations/${organization}/signing-policy`
    await admin.request('PUT', policy, { unsigned: 'refused' })
    await admin.request('DELETE', `/v1/clients/${made.body.id}`)
    const entries = await deps.db.query<{ position: string; kind: string }>({
      text: `select position, kind from journal where organization = $1 and position >= $2
        order by position`,
      values: [organization, made.body.position]
    })
    const kinds = entries.map(({ kind }) => kind)
    t.same(kinds, ['client', 'signing_policy', 'client_revocation'])
    for (const { position, kind } of entries) {
      for (const [who, status] of [
        [own, 200] as const,
        [admin, 200] as const,
        [rival, 404] as const
      ]) {
        const { status: got } = await who.request('GET', `/v1/entries/${position}/receipt`)
        t.equal(got, status, kind)
      }
      t.equal((await request('GET', `/v1/entries/${position}/receipt`)).status, 404, kind)
    }
  })

  t.test('a mirror of the log that checks every entry', async (t) => {
    const kept = await client.checkpoint()
    await deps.log.covers(await accept(deps.db, 600, false), 5_000)
    t.equal(await client.extended(kept), null)
    t.equal(await client.audit(kept), null)
    const full = await request('GET', '/log/tile/0/000')
    t.equal(full.raw.length, 8192)
    t.match(full.headers, {
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'application/octet-stream'
    })
    const head = await request('GET', '/log/checkpoint')
    t.match(head.headers, {
      'cache-control': 'public, max-age=1',
      'content-type': 'text/plain; charset=utf-8'
    })
    const same = await request('GET', '/log/tile/entries/000', undefined, {
      'if-none-match': String((await request('GET', '/log/tile/entries/000')).headers['etag'])
    })
    t.equal(same.status, 304)
    const one = await request('GET', `/log/proof/inclusion?index=3&size=${kept.size}`)
    t.strictSame(openCheckpoint(one.body.checkpoint, [client.key]), kept, 'in an older head')
  })
})

t.test('refuses', async (t) => {
  const { producer, buyer, client, commission, request } = await scene(t)
  const { size } = await client.checkpoint()

  const missing = [
    '/log/tile/0/001',
    '/log/tile/0/000',
    '/log/tile/1/000.p/1',
    '/log/tile/entries/000',
    '/log/tile/0/000.p/0',
    '/log/tile/0/000.p/256',
    `/log/tile/0/000.p/${size + 50n}`,
    '/log/tile/..%2f..%2fetc',
    '/log/tile/0/0',
    '/log/tile/',
    '/log/tile/x/000'
  ]
  t.test(`${missing.length} tiles that are not there`, async (t) => {
    for (const path of missing) t.equal((await request('GET', path)).status, 404, path)
  })

  const wrong = [
    `inclusion?index=${size + 50n}`,
    'inclusion',
    'inclusion?index=-1',
    'inclusion?index=1.5',
    'inclusion?index=0&size=1000000',
    'inclusion?index=9007199254740993',
    'consistency?from=0',
    `consistency?from=${size + 50n}`,
    'consistency?from=2&to=1',
    'consistency',
    'consistency?from=x'
  ]
  t.test(`${wrong.length} proofs of what is not so`, async (t) => {
    for (const query of wrong)
      t.equal((await request('GET', `/log/proof/${query}`)).status, 400, query)
  })

  t.test('receipts of what the caller may not see, or what there is not', async (t) => {
    const event = commission()
    await producer.request('POST', '/v1/events', event)
    t.equal((await buyer.request('GET', `/v1/events/${event['id']}/receipt`)).status, 404)
    t.equal((await producer.request('GET', `/v1/events/${randomUUID()}/receipt`)).status, 404)
    t.equal((await request('GET', `/v1/events/${event['id']}/receipt`)).status, 401)
    t.equal((await request('GET', `/v1/epds/${randomUUID()}/receipt`)).status, 404)
    const { position } = (await producer.request('GET', `/v1/events/${event['id']}`)).body
    t.equal((await buyer.request('GET', `/v1/entries/${position}/receipt`)).status, 404)
    t.equal((await producer.request('GET', '/v1/entries/999999999/receipt')).status, 404)
    t.equal((await producer.request('GET', '/v1/entries/-1/receipt')).status, 400)
  })

  t.test('waiting without end, and says nothing where nothing was accepted', async (t) => {
    const answer = await producer.request('POST', '/v1/events', { type: 'commission' }, wait)
    t.equal(answer.status, 422)
    t.equal(answer.body.receipt, undefined)
    const checked = await producer.request('POST', '/v1/events/check', commission(), wait)
    t.equal(checked.body.receipt, undefined)
  })
})

t.test('protects', async (t) => {
  t.test(
    'a history that cannot be signed: nothing is accepted, everything is answered',
    async (t) => {
      const guard = testGuard(t)
      const { deps, actor, facility, request } = await testApp(t, { guard })
      const producer = await actor('producer')
      await facility(producer.organization)
      await deps.log.covers(1, 5_000)
      await deps.log.stop()
      const before = await guard.read()
      const signed = (before?.note ?? '').replace(/\n\d+\n/, '\n999999\n')
      const { verifier, privateKey } = await deps.log.key()
      const { signNote } = await import('../../src/log/note.ts')
      const note = signNote(`${signed.split('\n\n')[0]}\n`, verifier, privateKey)
      t.ok(await guard.swap(before, note))
      await deps.log.start()

      const ready = await request('GET', '/health/ready')
      t.equal(ready.status, 200)
      t.match(ready.body, {
        status: 'degraded',
        log: { role: 'refusing', reason: /999999 were signed/, remedy: /newer backup/ }
      })
      const place = `/v1/organizations/${producer.organization}`
      t.equal((await producer.request('GET', place)).status, 200)
      t.equal((await request('GET', '/log/checkpoint')).status, 200)
      const versions = await producer.request('POST', `${place}/versions`, {
        name: 'N',
        country: 'FI'
      })
      t.equal(versions.status, 503)
      t.match(versions.body, { code: 'UNAVAILABLE', detail: /history/ })
      t.equal((await producer.request('POST', '/v1/events', {})).status, 503)
      t.equal(
        (await producer.request('POST', '/v1/events/check', {})).status,
        422,
        'asking is allowed'
      )
    }
  )

  t.test('confidential statements: the log shows hashes only', async (t) => {
    const { producer, client, commission, request } = await scene(t)
    const event = commission()
    const answer = await producer.request('POST', '/v1/events', event, wait)
    const { size } = await client.checkpoint()
    const bundle = await request('GET', `/log/tile/entries/000.p/${size}`)
    t.notOk(bundle.raw.includes(String(event['id'])))
    t.notOk(bundle.raw.includes(producer.organization))
    const said = client.opened(answer.body.receipt)
    t.notOk(JSON.stringify(said).includes('NdPr oxide'), 'and statements hold hashes and ids only')
  })
})
