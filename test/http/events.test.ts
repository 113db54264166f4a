import { randomUUID } from 'node:crypto'
import t from 'tap'
import { elements, kg, oxides } from '../support/books.ts'
import type { Actor, TestApp } from '../support/service.ts'
import { testApp } from '../support/service.ts'

const OXIDE = oxides({ Nd2O3: '73.24', Pr6O11: '26.24', La2O3: '0.02', CeO2: '0.03' })
const METAL = elements({ Nd: '73.9', Pr: '25.6', Fe: '0.3' })
const LINES = { 'content-type': 'application/x-ndjson' }
const LENIENT = { ...LINES, prefer: 'handling=lenient' }

interface Plant {
  readonly service: TestApp
  readonly producer: Actor
  readonly facility: string
  oxide(batch: string, mass?: string): Record<string, unknown>
  metal(from: string, inKg: string, to: string, outKg: string): Record<string, unknown>
}

async function plant(t: Parameters<typeof testApp>[0]): Promise<Plant> {
  const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
  const producer = await service.actor('producer')
  const facility = await service.facility(producer.organization)
  return {
    service,
    producer,
    facility,
    oxide: (batch, mass = '700') => ({
      id: randomUUID(),
      type: 'commission',
      time: '2026-09-02T06:00:00Z',
      facility,
      outputs: [
        {
          id: batch,
          number: `OX-${batch}`,
          product: { class: 'separated_oxide', name: 'NdPr oxide' },
          entry: 'purchased',
          mass: kg(mass),
          assay: OXIDE
        }
      ]
    }),
    metal: (from, inKg, to, outKg) => ({
      id: randomUUID(),
      type: 'transform',
      time: '2026-10-01T06:00:00Z',
      facility,
      stages: ['metal_making'],
      inputs: [{ batch: from, mass: kg(inKg) }],
      outputs: [
        { id: to, product: { class: 'ree_metal', name: 'Metal' }, mass: kg(outKg), assay: METAL }
      ]
    })
  }
}

const lines = (...documents: unknown[]) =>
  `${documents.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n')}\n`

t.test('accepts', async (t) => {
  t.test('an event, and the same event again with the same answer', async (t) => {
    const { producer, oxide } = await plant(t)
    const document = oxide(randomUUID())
    const first = await producer.request('POST', '/v1/events', document)
    t.equal(first.status, 201, JSON.stringify(first.body))
    t.equal(first.headers['location'], `/v1/events/${document['id']}`)
    t.match(first.body, { status: 'accepted', position: Number, findings: [] })
    const reordered = Object.fromEntries(Object.entries(document).reverse())
    const again = await producer.request('POST', '/v1/events', reordered)
    t.equal(again.status, 200)
    t.same(again.body, first.body)
  })

  t.test('events without ids, which get some that sort by their time (UUIDv7)', async (t) => {
    const { producer, oxide } = await plant(t)
    const { id: _, ...first } = oxide(randomUUID())
    const { id: __, ...second } = oxide(randomUUID())
    const ids: string[] = []
    for (const document of [first, second]) {
      const { status, body } = await producer.request('POST', '/v1/events', document)
      t.equal(status, 201)
      t.match(body.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      ids.push(body.id)
    }
    t.strictSame(ids, ids.toSorted())
  })

  t.test('an event without an id, safe to repeat with an Idempotency-Key', async (t) => {
    const { producer, oxide } = await plant(t)
    const { id: _, ...document } = oxide(randomUUID())
    const key = { 'idempotency-key': 'shift-4' }
    const first = await producer.request('POST', '/v1/events', document, key)
    const again = await producer.request('POST', '/v1/events', document, key)
    t.same([first.status, again.status], [201, 200])
    t.equal(first.body.id, again.body.id)
    const other = await producer.request('POST', '/v1/events', { ...document, note: 'x' }, key)
    t.equal(other.status, 409)
  })

  t.test('NDJSON in which a later line consumes what an earlier one made', async (t) => {
    const { producer, oxide, metal } = await plant(t)
    const [ox, met] = [randomUUID(), randomUUID()]
    const answer = await producer.request(
      'POST',
      '/v1/events',
      lines(oxide(ox), metal(ox, '700', met, '580')),
      LINES
    )
    t.equal(answer.status, 200, JSON.stringify(answer.body))
    t.match(answer.body, { accepted: 2, refused: 0, results: [{ line: 1 }, { line: 2 }] })
    t.equal(answer.body.results[1].position, answer.body.results[0].position + 1)
  })

  t.test('lenient NDJSON line by line, blank lines and Windows line ends too', async (t) => {
    const { producer, oxide } = await plant(t)
    const good = oxide(randomUUID())
    const other = JSON.stringify({ ...good, note: 'changed' })
    const body = `${JSON.stringify(good)}\r\n\r\n{"type":"alchemy"}\n{not json}\n${JSON.stringify(good)}\n${other}`
    const answer = await producer.request('POST', '/v1/events', body, LENIENT)
    t.equal(answer.status, 200)
    t.equal(answer.headers['preference-applied'], 'handling=lenient')
    t.same(
      answer.body.results.map((each: { line: number; status: string }) => [each.line, each.status]),
      [
        [1, 'accepted'],
        [3, 'refused'],
        [4, 'refused'],
        [5, 'replayed'],
        [6, 'conflict']
      ]
    )
    t.equal(answer.body.results[2].findings[0].code, 'BODY_INVALID')
    const [conflict] = answer.body.results[4].findings
    t.match(conflict, { rule: 'R14', code: 'ID_CONFLICT', pointer: '/id', remedy: /new id/ })
  })

  t.test('as many lines as can be answered one by one, and no more', async (t) => {
    const { producer, oxide } = await plant(t)
    const good = oxide(randomUUID())
    const most = `${'1\n'.repeat(9_999)}${JSON.stringify(good)}`
    const answer = await producer.request('POST', '/v1/events', most, LENIENT)
    t.match(answer, { status: 200, body: { accepted: 1, refused: 9_999 } })
    t.match(answer.body.results.at(-1), { line: 10_000, status: 'accepted' })
    const more = `${'1\n'.repeat(2_000_000)}${JSON.stringify(oxide(randomUUID()))}`
    for (const path of ['/v1/events', '/v1/events/check']) {
      const refused = await producer.request('POST', path, more, LENIENT)
      t.match(refused.body, { status: 422, code: 'LIMIT_EXCEEDED', detail: /at most 10000 lines/ })
      t.match(refused.body.errors, [{ message: /in parts, or as an import/ }])
    }
    const { body } = await producer.request('GET', '/v1/batches')
    t.equal(body.items.length, 1, 'nothing of it was stored')
  })

  t.test('a check that stores nothing', async (t) => {
    const { producer, oxide, metal } = await plant(t)
    const [ox, met] = [randomUUID(), randomUUID()]
    const document = oxide(ox)
    const checked = await producer.request('POST', '/v1/events/check', document)
    t.same(checked.body, { acceptable: true, findings: [] })
    t.equal((await producer.request('GET', `/v1/events/${document['id']}`)).status, 404)
    const many = await producer.request(
      'POST',
      '/v1/events/check',
      lines(document, metal(ox, '500', met, '500')),
      LINES
    )
    t.match(many.body, { accepted: 1, refused: 1 })
    t.equal(many.body.results[1].findings[0].code, 'MB_ELEMENT_GAIN')
  })

  t.test('the exact bytes are kept and served', async (t) => {
    const { producer, oxide } = await plant(t)
    const document = oxide(randomUUID())
    const bytes = JSON.stringify(document, null, 3).replace('"type"', '"\\u0074ype"')
    await producer.request('POST', '/v1/events', bytes)
    const back = await producer.request('GET', `/v1/events/${document['id']}/document`)
    t.equal(back.raw.toString('utf8'), bytes)
    const read = await producer.request('GET', `/v1/events/${document['id']}`)
    t.match(read.body, { status: 'accepted', sha256: /^[0-9a-f]{64}$/, document })
  })
})

t.test('refuses', async (t) => {
  t.test('500 kg of metal out of 500 kg of oxide, and stores nothing', async (t) => {
    const { producer, oxide, metal } = await plant(t)
    const [ox, met] = [randomUUID(), randomUUID()]
    await producer.request('POST', '/v1/events', oxide(ox, '500'))
    const document = metal(ox, '500', met, '500')
    const answer = await producer.request('POST', '/v1/events', document)
    t.equal(answer.status, 422)
    t.match(answer.headers['content-type'], /problem\+json/)
    t.match(answer.body, { code: 'FINDINGS', findings: [{ rule: 'R3', code: 'MB_ELEMENT_GAIN' }] })
    t.equal((await producer.request('GET', `/v1/events/${document['id']}`)).status, 404)
    const all = await producer.request('POST', '/v1/events', metal(ox, '500', met, '414'))
    t.equal(all.status, 201, 'all of the oxide is still there')
  })

  t.test('a strict request whole when one line is wrong', async (t) => {
    const { producer, oxide, metal } = await plant(t)
    const [ox, met] = [randomUUID(), randomUUID()]
    const first = oxide(ox)
    const body = lines(first, metal(ox, '701', met, '580'), '{"type":"ship"}')
    const answer = await producer.request('POST', '/v1/events', body, LINES)
    t.equal(answer.status, 422)
    t.ok(answer.body.findings.length > 1, 'the unreadable line is told')
    t.equal((await producer.request('GET', `/v1/events/${first['id']}`)).status, 404)
    const overdrawn = lines(first, metal(ox, '701', met, '580'))
    const second = await producer.request('POST', '/v1/events', overdrawn, LINES)
    t.match(second.body.findings, [{ line: 2, code: 'BATCH_OVERDRAWN' }])
    t.equal((await producer.request('GET', `/v1/events/${first['id']}`)).status, 404)
  })

  t.test('an id or a number that stands for something else', async (t) => {
    const { producer, oxide } = await plant(t)
    const document = oxide(randomUUID())
    await producer.request('POST', '/v1/events', document)
    const other = await producer.request('POST', '/v1/events', { ...document, note: 'changed' })
    t.match([other.status, other.body.code], [409, 'CONFLICT'])
    const renumbered = await producer.request('POST', '/v1/events', {
      ...document,
      id: randomUUID()
    })
    t.equal(renumbered.status, 422)
    t.match(renumbered.body.findings, [{ code: 'ID_CONFLICT', pointer: '/outputs/0/id' }])
    const numbered = oxide(randomUUID())
    const [output] = numbered['outputs'] as Record<string, unknown>[]
    const [first] = document['outputs'] as Record<string, unknown>[]
    Object.assign(output ?? {}, { number: first?.['number'] })
    const taken = await producer.request('POST', '/v1/events', numbered)
    t.match(taken.body.findings, [{ code: 'ID_CONFLICT', pointer: '/outputs/0/number' }])
  })

  t.test('a lot number that looks like another one, in every way in', async (t) => {
    const { producer, oxide } = await plant(t)
    const document = oxide(randomUUID())
    const [output] = document['outputs'] as Record<string, unknown>[]
    Object.assign(output ?? {}, { number: 'LOT-7\u200b' })
    const told = [{ code: 'NAME_UNSEEN', pointer: '/outputs/0/number', expected: 'LOT-7' }]
    const one = await producer.request('POST', '/v1/events', document)
    t.match([one.status, one.body.findings], [422, told])
    const many = await producer.request('POST', '/v1/events', lines(document), LINES)
    t.match([many.status, many.body.findings], [422, told])
    const checked = await producer.request('POST', '/v1/events/check', document)
    t.match(checked.body, { acceptable: false, findings: told })
    Object.assign(output ?? {}, { number: 'LOT-7' })
    t.equal((await producer.request('POST', '/v1/events', document)).status, 201)
  })

  t.test('what cannot be read, with a 4xx that says what and where', async (t) => {
    const { producer, oxide } = await plant(t)
    const good = JSON.stringify(oxide(randomUUID()))
    const bodies: [string, string | Buffer, number][] = [
      ['duplicate keys', good.replace('{"id"', '{"type":"ship","id"'), 400],
      ['an unsafe integer', good.replace('"outputs"', '"count":9007199254740993,"outputs"'), 400],
      ['a byte order mark', `\ufeff${good}`, 400],
      [
        'invalid UTF-8',
        Buffer.concat([Buffer.from(good.slice(0, -1)), Buffer.from([0xff, 0x7d])]),
        400
      ],
      ['depth', `${'['.repeat(65)}${']'.repeat(65)}`, 400],
      ['nothing', '', 400],
      ['too much', `"${'x'.repeat(1024 * 1024)}"`, 413],
      ['an array', '[]', 422],
      ['an unknown field', good.replace('"type"', '"colour":"red","type"'), 422],
      ['a number for a decimal', good.replace('"value":"700"', '"value":700'), 422],
      ['a lone surrogate', good.replace('NdPr oxide', '\\ud800'), 400]
    ]
    for (const [what, body, status] of bodies) {
      const answer = await producer.request('POST', '/v1/events', body)
      t.equal(answer.status, status, `${what}: ${JSON.stringify(answer.body).slice(0, 160)}`)
      t.match(answer.headers['content-type'], /problem\+json/)
    }
    const xml = await producer.request('POST', '/v1/events', '<a/>', { 'content-type': 'text/xml' })
    t.equal(xml.status, 415)
  })
})

t.test('refuses a text that is written otherwise, and shows how to write it', async (t) => {
  const { producer, oxide } = await plant(t)
  const good = oxide(randomUUID())
  const told = async (from: string, to: string) => {
    const body = JSON.stringify(good).replace(from, to)
    return (await producer.request('POST', '/v1/events', body)).body.findings
  }
  t.match(await told('"value":"700"', '"value":"7e2"'), [
    {
      code: 'SCHEMA',
      pointer: '/outputs/0/mass/value',
      expected: 'A decimal number as text, point as separator, no exponent.',
      actual: '7e2',
      remedy: 'Write it like 73.9.'
    }
  ])
  t.match(await told('"basis":"dry"', '"basis":"Dry"'), [
    {
      pointer: '/outputs/0/mass/basis',
      expected: 'dry, wet',
      actual: 'Dry',
      remedy: 'Write one of the expected values, letter by letter.'
    }
  ])
  const time = `"time":"${good['time']}"`
  t.match(await told(time, '"time":"2026-09-30T14:00:00+02:00"'), [
    { pointer: '/time', expected: /UTC/, remedy: 'Write it like 2026-09-30T14:00:00Z.' }
  ])
  const upper = `${good['id']}`.toUpperCase()
  t.match(await told(`"id":"${good['id']}"`, `"id":"${upper}"`), [
    { pointer: '/id', expected: /lower case/, actual: upper, remedy: `Write ${good['id']}.` }
  ])
})

t.test(
  'refuses links that a page must not follow, behind the event and behind a history',
  async (t) => {
    const { producer, oxide } = await plant(t)
    const proof = (href: string) => [{ kind: 'certificate_of_origin', level: 'documented', href }]
    const with_ = (href: string) => {
      const event = oxide(randomUUID())
      const [output] = event['outputs'] as object[]
      const declared = [{ element: 'Nd', step: 'mined', country: 'AU', evidence: proof(href) }]
      return { ...event, evidence: proof(href), outputs: [{ ...output, declared }] }
    }
    for (const href of [
      'javascript:alert(1)',
      ' JavaScript:alert(1)',
      'data:text/html,<script>alert(1)</script>',
      'vbscript:x',
      'file:///etc/passwd',
      'https://documents.example/a b',
      '//documents.example/a',
      'certificate 7'
    ]) {
      const { status, body } = await producer.request('POST', '/v1/events/check', with_(href))
      t.match(
        body.findings.map(({ pointer, expected }: Record<string, string>) => [pointer, expected]),
        [
          ['/evidence/0/href', /^A web address or a URN/],
          ['/outputs/0/declared/0/evidence/0/href', /^A web address or a URN/]
        ],
        `${href} ${status}`
      )
    }
    for (const href of [
      'https://documents.example/7?a=b#c',
      'urn:uuid:9b1049b7-74f7-459d-9461-6678a6b9e832'
    ]) {
      t.match(await producer.request('POST', '/v1/events', with_(href)), { status: 201 }, href)
    }
  }
)

t.test('tells what is wrong in the form that was chosen, not that there is another', async (t) => {
  const { producer, metal } = await plant(t)
  const good = metal(randomUUID(), '700', randomUUID(), '580') as {
    inputs: Record<string, unknown>[]
    outputs: { assay: { values: Record<string, unknown> } }[]
  }
  const told = async (change: (document: typeof good) => unknown) => {
    const document = structuredClone(good)
    change(document)
    const { body } = await producer.request('POST', '/v1/events', document)
    return body.findings.map((each: Record<string, string>) => [each['pointer'], each['message']])
  }
  t.same(
    await told(({ outputs: [output] }) => Object.assign(output?.assay.values ?? {}, { Nd: 74 })),
    [['/outputs/0/assay/values/Nd', 'The value must be a string.']]
  )
  t.same(await told(({ outputs: [output] }) => Object.assign(output ?? {}, { assay: 'none' })), [
    ['/outputs/0/assay', 'The value is not the one required here.']
  ])
  const draw = (batch: unknown) =>
    told(({ inputs: [input] }) => Object.assign(input ?? {}, { batch }))
  t.match(await draw('x'), [['/inputs/0/batch', /pattern/]])
  t.same(await draw({ number: 'x' }), [
    ['/inputs/0/batch/organization', 'organization is missing.']
  ])
  t.same(await draw(5), [
    ['/inputs/0/batch', 'The value must be a string.'],
    ['/inputs/0/batch', 'The value must be an object.']
  ])
})

t.test('protects', async (t) => {
  t.test(
    'what others made of what was sold to them, also from guesses at their numbers',
    async (t) => {
      const { service, producer, facility, oxide } = await plant(t)
      const sold = randomUUID()
      await producer.request('POST', '/v1/events', oxide(sold))
      const buyer = await service.actor('producer')
      const works = await service.facility(buyer.organization)
      const line = [{ batch: sold, mass: kg('700') }]
      const store = (inputs: object[], output: object, at: string) => ({
        type: 'transform',
        time: '2026-10-03T06:00:00Z',
        facility: at,
        stages: ['storage_transport_trade'],
        inputs,
        outputs: [
          {
            product: { class: 'separated_oxide', name: 'NdPr oxide' },
            mass: kg('700'),
            assay: 'inherited',
            ...output
          }
        ]
      })
      const shipment = randomUUID()
      const sent = { to: buyer.organization, ownership: 'transferred', lines: line }
      const at = (day: number) => ({ time: `2026-10-0${day}T06:00:00Z` })
      const ship = { id: shipment, type: 'ship', facility, ...at(1), ...sent }
      t.equal((await producer.request('POST', '/v1/events', ship)).status, 201)
      const receive = { type: 'receive', shipment, outcome: 'accepted', lines: line }
      await buyer.request('POST', '/v1/events', { facility: works, ...at(2), ...receive })
      const made = await buyer.request(
        'POST',
        '/v1/events',
        store(line, { number: 'LOT-1' }, works)
      )
      t.equal(made.status, 201, JSON.stringify(made.body))
      const guess = async (number: string) => {
        const inputs = [{ batch: { organization: buyer.organization, number }, mass: kg('700') }]
        const answer = await producer.request(
          'POST',
          '/v1/events',
          store(inputs, { id: sold }, facility)
        )
        return answer.body.findings.map(({ code }: { code: string }) => code)
      }
      t.same(await guess('LOT-1'), await guess('LOT-2'), 'the lot that exists tells no more')
    }
  )

  t.test("another organization's batches and events, which do not exist for it", async (t) => {
    const { service, producer, oxide, metal } = await plant(t)
    const ox = randomUUID()
    const document = oxide(ox)
    await producer.request('POST', '/v1/events', document)
    const rival = await service.actor('producer')
    const own = await service.facility(rival.organization)
    const stolen = { ...metal(ox, '1', randomUUID(), '0.8'), facility: own }
    const answer = await rival.request('POST', '/v1/events', stolen)
    const missing = await rival.request('POST', '/v1/events', {
      ...metal(randomUUID(), '1', randomUUID(), '0.8'),
      facility: own
    })
    t.same(
      answer.body.findings.map((each: { code: string }) => each.code),
      missing.body.findings.map((each: { code: string }) => each.code)
    )
    t.equal((await rival.request('GET', `/v1/events/${document['id']}`)).status, 404)
    t.equal((await rival.request('POST', '/v1/events', document)).status, 409)
  })

  t.test('the route from those who may not write', async (t) => {
    const { service, oxide } = await plant(t)
    const auditor = await service.actor('auditor')
    t.equal((await auditor.request('POST', '/v1/events', oxide(randomUUID()))).status, 403)
    t.equal((await service.request('POST', '/v1/events', oxide(randomUUID()))).status, 401)
  })
})
