/** Grants, resolutions and settings: who said so is proved as it is of documents. */
import t from 'tap'
import { parseVerifier } from '../../src/log/note-key.ts'
import { auditLog } from '../../src/registry/audit/audit-log.ts'
import { eraseEntry } from '../../src/registry/audit/erase-entry.ts'
import { verifyBundle } from '../../src/registry/proofs/verify-bundle.ts'
import { elements, kg } from '../support/books.ts'
import { testGuard } from '../support/log.ts'
import { oreChain } from '../support/ore-chain.ts'
import type { Answer } from '../support/service.ts'
import { registeredKey, type Signer } from '../support/signer.ts'

const chain = await oreChain(t, undefined, { guard: testGuard(t) })
const { service } = chain
const { deps } = service
const maker = await chain.party('Maker', 'FI')
const auditor = await service.actor('auditor')
const signer = await registeredKey(maker)
const policy = (unsigned: string) =>
  maker.request('PUT', `/v1/organizations/${maker.organization}/signing-policy`, { unsigned })

/** More boron than is usual: a finding that its addressee may close. */
const unusual = () =>
  maker.commission({
    product: { class: 'sintered_block', name: 'Block' },
    entry: 'purchased',
    mass: kg('100'),
    assay: elements({ Nd: '29', B: '1.4', Fe: '69' })
  })

const batch = await unusual()
const other = await unusual()
const { items } = (await maker.request('GET', `/v1/findings?batch=${batch}`)).body
const finding = String(items[0].id)

type Request = readonly [url: string, body: Readonly<Record<string, unknown>>]

const requests: Readonly<Record<string, Request>> = {
  grant: [`/v1/batches/${batch}/grants`, { grantee: auditor.organization, batch }],
  resolution: [`/v1/findings/${finding}/resolution`, { reason: 'A boron-rich grade.', finding }],
  setting: ['/v1/rule-settings', { rule: 'R5', mode: 'flag', replaces: null }]
}

async function send([url, body]: Request, key: Signer | null, signed: object = body) {
  const bytes = JSON.stringify(body)
  const headers = key ? { 'lodestone-signature': await key.sign(JSON.stringify(signed)) } : {}
  return maker.request('POST', url, bytes, headers)
}

/** Of the entry that an answer names: a resolution tells of itself within the finding. */
const entryIn = ({ body }: Answer) =>
  (body.resolution ?? body) as { readonly position: number; readonly signedBy: object | null }

async function journalSize(): Promise<number> {
  const [row] = await deps.db.query<{ next: string }>({ text: 'select next from journal_head' })
  return Number(row?.next)
}

t.test('refuses, and logs nothing of', async (t) => {
  await policy('refused')
  const before = await journalSize()
  for (const [name, request] of Object.entries(requests)) {
    const [url, body] = request
    const { batch: _batch, finding: _finding, replaces: _replaces, ...unbound } = body
    t.match(
      await send(request, null),
      { status: 403, body: { code: 'SIGNATURE_REQUIRED' } },
      `${name}: what nobody signed, where that is refused`
    )
    t.match(
      await send([url, unbound], signer),
      { status: 422, body: { code: 'SIGNATURE_INVALID', detail: /must say what they are about/ } },
      `${name}: what could be sent to another address`
    )
    t.match(
      await send(request, signer, { ...body, scope: 'batch' }),
      { status: 422, body: { code: 'SIGNATURE_INVALID' } },
      `${name}: a signature over other bytes`
    )
  }
  const elsewhere: Request = [`/v1/batches/${other}/grants`, requests['grant']?.[1] ?? {}]
  t.match(await send(elsewhere, signer), { status: 400, body: { errors: [{ pointer: '/batch' }] } })
  const stale: Request = ['/v1/rule-settings', { rule: 'R5', mode: 'flag', replaces: 7 }]
  t.match(await send(stale, signer), { status: 409, body: { errors: [{ pointer: '/replaces' }] } })
  t.equal(await journalSize(), before)
})

t.test('accepts what is signed, and proves who said it', async (t) => {
  const key = parseVerifier(String((await service.request('GET', '/log/key')).body).trim())
  if (!key) throw new Error('the log has no key')
  for (const [name, request] of Object.entries(requests)) {
    await t.test(name, async (t) => {
      const answer = await send(request, signer)
      t.ok([200, 201].includes(answer.status), JSON.stringify(answer.body))
      const { position, signedBy } = entryIn(answer)
      t.same(signedBy, { organization: maker.organization, key: signer.id })
      const again = await send(request, signer)
      t.same([again.status, entryIn(again).position], [200, position], 'again changes nothing')

      const url = `/v1/entries/${position}/bundle`
      t.equal((await auditor.request('GET', url)).status, 404, 'nobody else is told')
      const { raw, body } = await maker.request('GET', url)
      const report = await verifyBundle(raw, [key])
      t.match(report, { verified: true, problems: [], subject: { kind: 'entry' } })
      const [registered, entry] = report.entries
      const verified = { state: 'verified', key: signer.id, organization: maker.organization }
      t.match(registered, { statement: { kind: 'key' }, document: 'verified' })
      t.match(entry, { index: position, document: 'verified', signature: verified })
      const moved = { ...body, subject: { kind: 'entry', id: String(position - 1) } }
      const forged = await verifyBundle(Buffer.from(JSON.stringify(moved)), [key])
      t.match(forged, { verified: false, problems: [{ code: 'SUBJECT' }] })
    })
  }
  t.match((await auditLog(deps.db, key)).problems, [])
  const { items: grants } = (await maker.request('GET', `/v1/batches/${batch}/grants`)).body
  t.match(grants, [{ signedBy: { key: signer.id } }])
  const { items: settings } = (await maker.request('GET', '/v1/rule-settings')).body
  const flagged = settings.filter((one: { mode: string }) => one.mode === 'flag')
  t.match(flagged, [{ rule: 'R5', signedBy: { key: signer.id } }])
})

t.test('protects', async (t) => {
  t.test('a grant that was revoked from who kept the signed request', async (t) => {
    const [url] = requests['grant'] ?? []
    const { items: made } = (await maker.request('GET', String(url))).body
    t.equal((await maker.request('DELETE', `${url}/${made[0].id}`)).status, 204)
    const replayed = await send(requests['grant'] ?? ['', {}], signer)
    t.match(replayed, { status: 200, body: { id: made[0].id, status: 'revoked' } })
    t.equal((await auditor.request('GET', `/v1/batches/${batch}`)).status, 404)
  })

  t.test('a setting that was taken back from who kept the signed request', async (t) => {
    const flag = requests['setting'] ?? ['', {}]
    const { position } = (await send(flag, signer)).body
    const back: Request = [flag[0], { rule: 'R5', mode: 'refuse', replaces: position }]
    t.equal((await send(back, signer)).status, 200)
    t.match(await send(flag, signer), { status: 409, body: { code: 'CONFLICT' } })
  })

  t.test('what is said of people in a resolution: it can be erased', async (t) => {
    const [told] = (await maker.request('GET', '/v1/findings?status=resolved')).body.items
    const { position } = told.resolution
    const now = () => new Date()
    await eraseEntry({ db: deps.db, now }, { position, reason: 'data_protection' })
    const [left] = (await maker.request('GET', '/v1/findings?status=resolved')).body.items
    t.match(left.resolution, { position, reason: '(erased)', evidence: [] })
    const { verifier } = await deps.log.key()
    t.match((await auditLog(deps.db, verifier)).problems, [])
  })
})
