/** Pages for people, as a browser gets them: every page is read by a strict reader (read-html.ts). */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { exactTotal } from '../../src/web/exact-total.ts'
import { browser, linksOf } from '../support/browse.ts'
import { programme } from '../support/epd-programme.ts'
import { epdDocument } from '../support/epds.ts'
import { commission, declaration, first, magnets, shipment } from '../support/first-day.ts'
import { testGuard } from '../support/log.ts'
import { readable } from '../support/read-html.ts'
import { testApp } from '../support/service.ts'

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='x'>&lt;`
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

const service = await testApp(t, { guard: testGuard(t) })
const works = await service.organization({ name: `Works ${HOSTILE}` })
const maker = await service.actor('producer', works)
const buyer = await service.actor('buyer')
const plant = await service.facility(works, { name: `Plant ${HOSTILE}` })
const its = await programme(service)
const made = magnets(plant)
const [output] = made.outputs
await maker.request('POST', '/v1/epds', {
  ...declaration(works, plant),
  name: { en: `Magnet ${HOSTILE}` }
})
await its.published({ id: first.epd, version: '1.0' })
await maker.request('POST', '/v1/events', commission(plant))
await maker.request('POST', '/v1/events', {
  ...made,
  outputs: [{ ...output, number: `MAG ${HOSTILE}`, product: { class: 'magnet', name: HOSTILE } }]
})
await maker.request('POST', '/v1/events', shipment(plant, buyer.organization))
const withdrawn = epdDocument('ndpr-oxide', (epd) => Object.assign(epd, { id: randomUUID() }))
const version = String(withdrawn['version'])
await maker.request('POST', '/v1/epds', withdrawn)
await its.published({ id: withdrawn['id'], version })
await its.deregistered({ id: withdrawn['id'], version }, `Wrong ${HOSTILE}`)
const magnet = `/web/batches/${first.magnets}`
/** What a page says to a person. */
const words = (page: string) => readable(page.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ')

/** What the forms are filled in with. */
const ANSWERS: Readonly<Record<string, string>> = {
  batch: first.magnets,
  deliveryDate: '2027-01-15',
  cots: 'false',
  product: 'Motor'
}

t.test('shows everybody', async (t) => {
  const anybody = browser(service)

  t.test('what the registry is, and the newest signed head of its log', async (t) => {
    const { headers } = await anybody.get('/')
    t.equal(headers['location'], 'web/', 'whoever opens the bare address in a browser')
    await service.deps.log.covers(5, 5_000)
    const { body } = await anybody.get('/web/')
    t.match(words(body), /lodestone\.test\/log \d+ /)
  })

  t.test('published declarations, found by words, a part at a time', async (t) => {
    t.match(words((await anybody.get('/web/declarations')).body), `Magnet ${HOSTILE}`)
    const { body } = await anybody.get(
      '/web/declarations?q=magnet&stage=magnetization&element=&validOn='
    )
    t.match(body, `declarations/${first.epd}`)
    t.notMatch(body, withdrawn['id'])
    t.match(
      words((await anybody.get('/web/declarations?q=nowhere')).body),
      /No declaration answers/
    )
  })

  t.test('a declaration with its figures and who answers for it', async (t) => {
    const text = words((await anybody.get(`/web/declarations/${first.epd}`)).body)
    for (const part of [/GWP-total.*25\.29/, /published/, /Verified .* by organization/, HOSTILE]) {
      t.match(text, part)
    }
  })

  t.test('what was withdrawn and why', async (t) => {
    t.match(words((await anybody.get('/web/withdrawn')).body), `Wrong ${HOSTILE}`)
    const text = words((await anybody.get(`/web/declarations/${withdrawn['id']}`)).body)
    t.match(text, /deregistered since/)
    t.match(text, `Reason: Wrong ${HOSTILE}`)
  })

  t.test('no declaration before it is published', async (t) => {
    const draft = epdDocument('magnet-n48h', (epd) => Object.assign(epd, { id: randomUUID() }))
    await maker.request('POST', '/v1/epds', draft)
    const page = `/web/declarations/${draft['id']}`
    t.equal((await anybody.get(page)).status, 404)
    const owner = browser(service)
    await owner.signIn(maker)
    t.equal((await owner.get(page)).status, 200, 'but its owner, as with the API')
  })

  t.test('problems as pages: what, how to mend it, and the request', async (t) => {
    for (const [path, status] of [
      ['/web/nothing/at/all', 404],
      [`/web/declarations/${randomUUID()}`, 404],
      ['/web/declarations/1', 400],
      ['/web/declarations?validOn=soon', 400],
      ['/web/declarations?kountry=AU', 400],
      ['/web/declarations?cursor=AAAAAAAAAAA.AA', 400]
    ] as const) {
      const answer = await anybody.get(path)
      t.equal(answer.status, status, path)
      t.equal(answer.headers['content-security-policy'], POLICY)
      t.match(words(answer.body), `Request ${answer.headers['x-request-id']}`)
      t.notMatch(answer.body, /node_modules|\.ts:/)
    }
    const put = await service.request('PUT', '/web/batches')
    t.match(put, { status: 405, headers: { allow: 'GET, HEAD', 'content-type': /html/ } })
  })
})

t.test('lets in who has an id and a secret', async (t) => {
  t.test('with the token of the API, for reading, kept for these pages alone', async (t) => {
    const someone = browser(service)
    const { status, headers } = await someone.signIn(maker)
    t.match({ status, headers }, { status: 303, headers: { location: './' } })
    const set = String(headers['set-cookie'])
    t.match(set, /^lodestone_token=[\w.-]+; Max-Age=600; HttpOnly; SameSite=Strict$/)
    const token = someone.cookie.replace(/^.*?=/, '')
    const self = await service.request('GET', '/v1/batches', undefined, {
      authorization: `Bearer ${token}`
    })
    t.equal(self.status, 200)
    const write = await service.request('POST', '/v1/events', commission(plant), {
      authorization: `Bearer ${token}`
    })
    t.equal(write.status, 403, 'a stolen one records nothing')
    for (const [method, path] of [
      ['GET', '/v1/batches'],
      ['GET', '/v1/reports'],
      ['POST', '/v1/events']
    ] as const) {
      const answer = await service.request(method, path, method === 'POST' ? {} : undefined, {
        cookie: someone.cookie
      })
      t.equal(answer.status, 401, `the cookie opens nothing of the API: ${path}`)
    }
  })

  t.test('and leads on to the page that was asked for, and nowhere else', async (t) => {
    const someone = browser(service)
    const { status, headers, body } = await someone.get(`${magnet}?asOf=3`)
    t.match({ status, headers }, { status: 401, headers: { 'www-authenticate': /Bearer/ } })
    const to = readable(/name="to" value="([^"]*)"/.exec(body)?.[1] ?? '')
    t.equal(to, `batches/${first.magnets}?asOf=3`)
    t.equal((await someone.signIn(maker, to)).headers['location'], to)
    for (const elsewhere of [
      ...['https://evil.example', '//evil.example', '/\\evil', 'batches/../..//evil.example'],
      ...['javascript:alert(1)', 'batches\r\nset-cookie:x', 'batches@evil', 'declarations.evil']
    ]) {
      t.equal((await someone.signIn(maker, elsewhere)).headers['location'], './', elsewhere)
    }
  })

  t.test('and tells nobody which of the two was wrong', async (t) => {
    const pages = []
    for (const [client, secret] of [
      [maker.client, 'lds_wrong'],
      [randomUUID(), maker.secret],
      ['nobody', 'x'],
      ['', '']
    ] as const) {
      const answer = await browser(service).signIn({ client, secret })
      t.equal(answer.status, 401)
      t.equal(answer.headers['set-cookie'], undefined)
      t.equal(answer.headers['cache-control'], 'no-store')
      t.notMatch(answer.body, /lds_/, 'the secret is not said again')
      pages.push(words(answer.body))
    }
    t.equal(new Set(pages).size, 1)
    t.match(pages[0], 'The client is unknown or its secret is wrong.')
  })

  t.test('not after too many wrong secrets, the same as with the API', async (t) => {
    const strict = await testApp(t, { settings: { secretRate: 3 } })
    const someone = await strict.actor('producer')
    const guess = { client: someone.client, secret: 'lds_wrong' }
    for (let tries = 0; tries < 3; tries += 1) await browser(strict).signIn(guess)
    const { status, headers } = await browser(strict).signIn(someone)
    t.match({ status, headers }, { status: 429, headers: { 'retry-after': /\d/ } })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const grant = `grant_type=client_credentials&client_id=${someone.client}&client_secret=${someone.secret}`
    t.equal((await strict.request('POST', '/auth/token', grant, form)).status, 429)
  })

  t.test('until they sign out, are revoked or the token is over', async (t) => {
    let at = Date.now()
    const clocked = await testApp(t, { now: () => new Date(at) })
    const admin = await clocked.actor('admin')
    const [first, second] = [await clocked.actor('buyer'), await clocked.actor('buyer')]
    const [leaving, revoked] = [browser(clocked), browser(clocked)]
    await leaving.signIn(first)
    await revoked.signIn(second)
    t.equal((await leaving.get('/web/batches')).status, 200)
    const { headers } = await leaving.post('/web/sign-out', {})
    t.match(headers['set-cookie'], /^lodestone_token=; Max-Age=0; HttpOnly; SameSite=Strict$/)
    t.equal((await leaving.get('/web/batches')).status, 401)
    t.equal((await revoked.get('/web/batches')).status, 200)
    await admin.request('DELETE', `/v1/clients/${second.client}`)
    t.equal((await revoked.get('/web/batches')).status, 401, 'at once')
    await leaving.signIn(first)
    at += 1_000_000
    const over = await leaving.get('/web/batches')
    t.equal(over.status, 401)
    t.match(words(over.body), /You are no longer signed in/)
    t.equal((await leaving.get('/web/declarations')).status, 200, 'and public pages stay open')
  })

  t.test('by a form of ours, not by one of a stranger', async (t) => {
    const { client, secret } = maker
    const fields = { client, secret }
    for (const [headers, status] of [
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'sec-fetch-site': 'same-site' }, 403],
      [{ origin: 'https://evil.example' }, 403],
      [{ origin: 'null' }, 403],
      [{ origin: 'http://lodestone.test' }, 303],
      [{ origin: 'http://registry.example', host: 'registry.example' }, 303],
      [{}, 303]
    ] as const) {
      for (const path of ['/web/sign-in', '/web/sign-out']) {
        const answer = await browser(service).post(path, fields, headers)
        t.equal(answer.status, status, `${path} ${JSON.stringify(headers)}`)
        if (status === 403) t.equal(answer.headers['set-cookie'], undefined)
      }
    }
    const json = await service.request('POST', '/web/sign-in', { client, secret })
    t.equal(json.status, 415, 'nor by anything but a form')
  })

  t.test('with a cookie for https alone where that is how the service is reached', async (t) => {
    const secure = await testApp(t, { settings: { publicUrl: 'https://lodestone.test' } })
    const { headers } = await browser(secure).signIn(await secure.actor('buyer'))
    t.match(headers['set-cookie'], /; SameSite=Strict; Secure$/)
  })

  t.test('with the roles for what they want to see', async (t) => {
    const verifier = browser(service)
    await verifier.signIn(await service.actor('verifier'))
    const { status, body } = await verifier.get('/web/batches')
    t.equal(status, 403)
    t.match(words(body), /lack the scope chain:read/)
  })
})

t.test('shows a member', async (t) => {
  const member = browser(service)
  await member.signIn(maker)

  t.test('the own batches, narrowed, and one by its id', async (t) => {
    const { body, headers } = await member.get('/web/batches?product=magnet&number=&status=clear')
    t.match(words(body), `MAG ${HOSTILE}`)
    t.notMatch(body, first.alloy)
    t.equal(headers['cache-control'], 'no-store')
    const found = await member.get(`/web/batches?number=${first.alloy.toUpperCase()}`)
    t.match(found, { status: 303, headers: { location: `batches/${first.alloy}` } })
    t.match((await member.get('/web/batches?number=ALLOY-7')).body, `batches/${first.alloy}`)
  })

  t.test('shares of each element that add up to exactly 1, with what is unknown', async (t) => {
    const { body } = await member.get(magnet)
    const answer = await maker.request('GET', `/v1/batches/${first.magnets}/origins?by=facility`)
    const tables = [...String(body).matchAll(/<caption>([^<]*)<\/caption>([\s\S]*?)<\/table>/g)]
    const told = new Set<string>()
    for (const { element, shares, unknown } of answer.body.elements) {
      const name = element === '*' ? 'Material as a whole' : element
      const [, , rows = ''] =
        tables.find(([, caption = '']) => caption.split(', ').includes(name)) ?? []
      const figures = [...rows.matchAll(/<td class="figure">(?:<strong>)?([\d.]+)/g)].map(
        ([, f]) => f
      )
      const expected = [...shares.map((each: { share: string }) => each.share), unknown]
      t.equal(exactTotal(figures.slice(0, -1).map(String)), '1', String(name))
      t.strictSame(figures, [...expected.filter((share) => share !== '0'), '1'], name)
      if (unknown !== '0') told.add(name)
    }
    t.ok(told.has('Fe') && told.has('B'), 'nobody has said where iron and boron come from')
    t.match(words(body), /unknown 1 nobody says Total 1/)
  })

  t.test('coverage, gaps with who can close them, custody, findings and history', async (t) => {
    const text = words((await member.get(magnet)).body)
    for (const part of [
      /EPD coverage .* Covers it yes/,
      /ALLOY-7 origin unknown .*B.* Works/,
      /In transit|on hand/i,
      `${HOSTILE} (magnet) clear`,
      /Findings .* History The status has been clear from the beginning/
    ]) {
      t.match(text, part)
    }
  })

  t.test('what was known then', async (t) => {
    const now = (await maker.request('GET', `/v1/batches/${first.magnets}`)).body
    const then = await member.get(`${magnet}?asOf=${now.recordedPosition}`)
    t.match(words(then.body), `As of position ${now.recordedPosition}`)
    t.notMatch(words(then.body), /Shipments Sent/, 'not yet shipped')
    t.match(words((await member.get(magnet)).body), /Shipments Sent/)
    t.equal((await member.get(`${magnet}?asOf=soon`)).status, 400)
    t.equal((await member.get(`${magnet}?asOf=1`)).status, 404)
  })

  t.test('files of a batch, the same as the API gives', async (t) => {
    for (const [file, path] of [
      ['origins.svg', 'origins?format=svg'],
      ['steps.svg', 'origins?by=step&format=svg'],
      ['origins.csv', 'origins?by=facility&format=csv'],
      ['custody.csv', 'custody?format=csv'],
      ['upstream.csv', 'upstream?format=csv'],
      ['upstream.svg', 'upstream?format=svg'],
      ['downstream.svg', 'downstream?format=svg']
    ] as const) {
      const mine = await member.get(`${magnet}/${file}`)
      const theirs = await maker.request('GET', `/v1/batches/${first.magnets}/${path}`)
      t.equal(mine.status, 200, file)
      t.equal(mine.body, theirs.body, file)
      t.equal(mine.headers['content-type'], theirs.headers['content-type'], file)
      t.match(mine.headers['content-security-policy'], "default-src 'none'")
    }
    const bundle = await member.get(`${magnet}/bundle.lodestone.json`)
    t.match(bundle.headers['content-disposition'], 'attachment')
    t.equal(bundle.body.subject.id, first.magnets)
  })
})

t.test('draws up every kind of report, by the same questions as the API', async (t) => {
  const member = browser(service)
  await member.signIn(maker)
  const { body: forms } = await member.get(`/web/reports?batch=${first.magnets}`)
  const { items } = (await maker.request('GET', '/v1/reports')).body
  for (const { kind, title, formats, parameters } of items) {
    t.match(words(forms), title)
    for (const { name } of parameters) t.match(forms, `id="${kind}-${name}" name="${name}"`)
    // As a browser sends the form: every field, most of them empty.
    const fields = parameters.map(({ name }: { name: string }) => [name, ANSWERS[name] ?? ''])
    const path = `/web/reports/${kind}?${new URLSearchParams(fields)}`
    const page = await member.get(path)
    t.equal(page.status, 200, `${kind} ${words(page.body).slice(0, 200)}`)
    t.match(words(page.body), title)
    const files = linksOf(page.body, path).filter((link) => link.includes('format='))
    t.equal(files.length, formats.length)
    for (const link of files) {
      const file = await member.get(link)
      const same = await maker.request('GET', link.replace('/web', '/v1'))
      t.equal(file.status, 200, link)
      t.ok(file.raw.equals(same.raw), `${link} is what the API gives`)
      t.equal(file.headers['content-type'], same.headers['content-type'])
      t.equal(file.headers['cache-control'], 'no-store')
      if (!link.includes('format=json')) continue
      t.match(words(page.body), file.body.contentHash, 'the page names the hash of the file')
    }
  }
  const dfars = `/web/reports/dfars-252.225-7052?batch=${first.magnets}`
  t.match(
    words((await member.get(`${dfars}&deliveryDate=2027-01-15`)).body),
    /reading.* unknown Of some/
  )
  for (const [path, status, told] of [
    [dfars, 400, /add deliveryDate=/],
    [`${dfars}&deliveryDate=2027-01-15&cots=perhaps`, 400, /cots/],
    [`/web/reports/gaps?batch=${randomUUID()}`, 404, /There is no batch/],
    ['/web/reports/gaps?batch=1', 400, /batch/]
  ] as const) {
    const { status: answered, body } = await member.get(path)
    t.equal(answered, status, path)
    t.match(words(body), told)
  }
  t.equal((await browser(service).get(dfars)).status, 401)
})

t.test('hides what the API hides', async (t) => {
  const stranger = browser(service)
  await stranger.signIn(await service.actor('producer'))
  for (const path of ['', '/origins.svg', '/bundle.lodestone.json', '/custody.csv']) {
    const { status, body } = await stranger.get(`${magnet}${path}`)
    t.equal(status, 404, path)
    t.notMatch(body, 'MAG')
  }
  t.notMatch((await stranger.get('/web/batches')).body, first.magnets)
  t.equal((await browser(service).get(`${magnet}/origins.csv`)).status, 401, 'files ask, too')
})

t.test('every link of every page answers, and each page keeps its promises', async (t) => {
  for (const actor of [null, maker, buyer]) {
    const reader = browser(service)
    if (actor) await reader.signIn(actor)
    const seen = new Set<string>(['/web/'])
    for (const path of seen) {
      const { status, headers, body } = await reader.get(path)
      const mayAsk = actor === null && /^\/web\/(batches|reports)/.test(path)
      t.equal(status, path === '/docs' ? 302 : mayAsk ? 401 : 200, path)
      if (!/html/.test(String(headers['content-type'])) || !path.startsWith('/web/')) continue
      t.equal(headers['content-security-policy'], POLICY, path)
      t.equal(headers['cache-control'], actor || mayAsk ? 'no-store' : 'private, no-cache', path)
      t.match(headers, { vary: /cookie/, 'referrer-policy': 'same-origin' })
      t.equal(body.match(/<h1>/g).length, 1, `${path} has one heading`)
      t.match(
        body,
        /<html lang="en">[\s\S]*<a class="skip" href="#content">[\s\S]*<main id="content"/
      )
      for (const link of linksOf(body, path)) seen.add(link)
    }
    t.ok(seen.size > (actor ? 20 : 12), `${seen.size} addresses`)
  }
})

t.test('is off where the operator wants none', async (t) => {
  const without = await testApp(t, { settings: { webPages: false } })
  t.match(await without.request('GET', '/web/'), { status: 404, body: { code: 'NOT_FOUND' } })
  const { headers } = await without.request('GET', '/', undefined, { accept: 'text/html' })
  t.equal(headers['location'], 'docs/')
})
