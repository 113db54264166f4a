/** Every transition from every state by everybody: what is answered, and what becomes of the version. */
import t from 'tap'
import { programme, signing } from '../support/epd-programme.ts'
import { type EpdDocument, epdDocument } from '../support/epds.ts'
import { type Actor, testApp } from '../support/service.ts'
import type { Signer } from '../support/signer.ts'

/**
 * Columns: the owner; a client of the owner with the roles of verifier and operator as well; the
 * practitioner that the document names, with both roles; the verifier that took it up; another one;
 * the operator that the document names; another one; another producer; an auditor.
 */
const ACTORS = [
  'owner',
  'insider',
  'practitioner',
  'verifier',
  'other verifier',
  'operator',
  'other operator',
  'rival',
  'auditor'
] as const
type ActorName = (typeof ACTORS)[number]

const EXPECTED = {
  draft: `
    submit              200 200 404 404 404 404 404 404 404
    start_verification  404 404 404 404 404 404 404 404 404
    return              404 404 404 404 404 404 404 404 404
    verify              404 404 404 404 404 404 404 404 404
    confirm_editorial   404 404 404 404 404 404 404 404 404
    register            404 404 404 404 404 404 404 404 404
    publish             404 404 404 404 404 404 404 404 404
    deregister          404 404 404 404 404 404 404 404 404`,
  submitted: `
    submit              200 200 403 403 403 403 403 404 404
    start_verification  403 403 403 200 200 403 403 404 404
    return              403 403 403 403 403 200 403 404 404
    verify              403 403 403 409 409 403 403 404 404
    confirm_editorial   403 403 403 403 403 200 403 404 404
    register            403 403 403 403 403 409 403 404 404
    publish             403 403 403 403 403 409 403 404 404
    deregister          403 403 403 403 403 409 403 404 404`,
  in_verification: `
    submit              200 200 403 403 403 403 403 404 404
    start_verification  403 403 403 409 409 403 403 404 404
    return              403 403 403 200 403 403 403 404 404
    verify              403 403 403 200 403 403 403 404 404
    confirm_editorial   403 403 403 403 403 409 403 404 404
    register            403 403 403 403 403 409 403 404 404
    publish             403 403 403 403 403 409 403 404 404
    deregister          403 403 403 403 403 409 403 404 404`,
  returned: `
    submit              200 200 403 403 403 403 403 404 404
    start_verification  403 403 403 409 409 403 403 404 404
    return              403 403 403 409 409 409 403 404 404
    verify              403 403 403 409 409 403 403 404 404
    confirm_editorial   403 403 403 403 403 409 403 404 404
    register            403 403 403 403 403 409 403 404 404
    publish             403 403 403 403 403 409 403 404 404
    deregister          403 403 403 403 403 409 403 404 404`,
  verified: `
    submit              200 200 403 403 403 403 403 404 404
    start_verification  403 403 403 409 409 403 403 404 404
    return              403 403 403 403 403 200 403 404 404
    verify              403 403 403 409 409 403 403 404 404
    confirm_editorial   403 403 403 403 403 409 403 404 404
    register            403 403 403 403 403 200 403 404 404
    publish             403 403 403 403 403 409 403 404 404
    deregister          403 403 403 403 403 409 403 404 404`,
  registered: `
    submit              200 200 403 403 403 403 403 404 404
    start_verification  403 403 403 409 409 403 403 404 404
    return              403 403 403 409 409 409 403 404 404
    verify              403 403 403 409 409 403 403 404 404
    confirm_editorial   403 403 403 403 403 409 403 404 404
    register            403 403 403 403 403 409 403 404 404
    publish             403 403 403 403 403 200 403 404 404
    deregister          403 403 403 403 403 409 403 404 404`,
  published: `
    submit              200 200 403 403 403 403 403 403 403
    start_verification  403 403 403 409 409 403 403 403 403
    return              403 403 403 409 409 409 403 403 403
    verify              403 403 403 409 409 403 403 403 403
    confirm_editorial   403 403 403 403 403 409 403 403 403
    register            403 403 403 403 403 409 403 403 403
    publish             403 403 403 403 403 409 403 403 403
    deregister          403 403 403 403 403 200 403 403 403`,
  superseded: `
    submit              200 200 403 403 403 403 403 403 403
    start_verification  403 403 403 409 409 403 403 403 403
    return              403 403 403 409 409 409 403 403 403
    verify              403 403 403 409 409 403 403 403 403
    confirm_editorial   403 403 403 403 403 409 403 403 403
    register            403 403 403 403 403 409 403 403 403
    publish             403 403 403 403 403 409 403 403 403
    deregister          403 403 403 403 403 200 403 403 403`,
  expired: `
    submit              200 200 403 403 403 403 403 403 403
    start_verification  403 403 403 409 409 403 403 403 403
    return              403 403 403 409 409 409 403 403 403
    verify              403 403 403 409 409 403 403 403 403
    confirm_editorial   403 403 403 403 403 409 403 403 403
    register            403 403 403 403 403 409 403 403 403
    publish             403 403 403 403 403 409 403 403 403
    deregister          403 403 403 403 403 200 403 403 403`,
  deregistered: `
    submit              200 200 403 403 403 403 403 403 403
    start_verification  403 403 403 409 409 403 403 403 403
    return              403 403 403 409 409 409 403 403 403
    verify              403 403 403 409 409 403 403 403 403
    confirm_editorial   403 403 403 403 403 409 403 403 403
    register            403 403 403 403 403 409 403 403 403
    publish             403 403 403 403 403 409 403 403 403
    deregister          403 403 403 403 403 409 403 403 403`,
  external: `
    submit              409 409 403 403 403 403 403 403 403
    start_verification  403 403 403 409 409 403 403 403 403
    return              403 403 403 409 409 409 403 403 403
    verify              403 403 403 409 409 403 403 403 403
    confirm_editorial   403 403 403 403 403 409 403 403 403
    register            403 403 403 403 403 409 403 403 403
    publish             403 403 403 403 403 409 403 403 403
    deregister          403 403 403 403 403 409 403 403 403`
}
type StateName = keyof typeof EXPECTED

/** Where a transition leads that is answered with 200; a repeated submission leads nowhere. */
const LEADS_TO: Readonly<Record<string, string>> = {
  submit: 'submitted',
  start_verification: 'in_verification',
  return: 'returned',
  verify: 'verified',
  confirm_editorial: 'verified',
  register: 'registered',
  publish: 'published',
  deregister: 'deregistered'
}

const service = await testApp(t, { now: () => new Date('2026-11-23T12:00:00Z') })
const owner = await service.actor('producer')
const practitioner = await service.actor(['verifier', 'operator'])
const its = await programme(service)
const signers = new Map<ActorName, Actor & { readonly signer?: Signer }>([
  ['owner', await signing(owner)],
  [
    'insider',
    await signing(await service.actor(['producer', 'verifier', 'operator'], owner.organization))
  ],
  ['practitioner', await signing(practitioner)],
  ['verifier', its.verifier],
  ['other verifier', await signing(await service.actor('verifier'))],
  ['operator', its.operator],
  ['other operator', await signing(await service.actor('operator'))],
  ['rival', await signing(await service.actor('producer'))],
  ['auditor', await service.actor('auditor')]
])

interface Subject {
  readonly id: string
  readonly version: string
  /** Hex; what statements about it say. */
  readonly hashes: Readonly<Record<'documentSha256' | 'reportSha256' | 'baseSha256', string>>
}

const named = (change: (epd: EpdDocument) => void = () => {}) =>
  epdDocument('magnet-n48h', (epd) => {
    epd['operator'].organization = its.operator.organization
    epd['practitioner'].organization = practitioner.organization
    change(epd)
  })

async function sent(document: EpdDocument, query = ''): Promise<void> {
  const answer = await owner.request('POST', `/v1/epds${query}`, document)
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
}

/** A version in the state, brought there by those whose part it is. */
const makers: Readonly<Record<StateName, () => Promise<EpdDocument>>> = {
  draft: async () => {
    const document = named()
    await sent(document, '?state=draft')
    return document
  },
  // Above a published one, so that it can be an editorial update.
  submitted: async () => {
    const first = named()
    await sent(first)
    await its.published(versionOf(first))
    const next = { ...first, version: '1.1', note: { en: 'A comma was missing.' } }
    await sent(next)
    return next
  },
  in_verification: async () => {
    const document = named()
    await sent(document)
    const start = { version: '1.0', transition: 'start_verification' }
    await its.verifier.request('POST', `/v1/epds/${document['id']}/transitions`, start)
    return document
  },
  returned: async () => {
    const document = await makers.in_verification()
    const reason = { version: '1.0', transition: 'return', reason: 'The mass balance is open.' }
    await its.verifier.request('POST', `/v1/epds/${document['id']}/transitions`, reason)
    return document
  },
  verified: async () => madeBy(its.verified),
  registered: async () => madeBy(its.registered),
  published: async () => madeBy(its.published),
  superseded: async () => {
    const document = await makers.published()
    const next = { ...document, version: '2.0' }
    await sent(next)
    await its.published(versionOf(next))
    return document
  },
  expired: async () =>
    madeBy(
      its.published,
      named((epd) => Object.assign(epd, { validFrom: '2021-01-01', validUntil: '2025-12-31' }))
    ),
  deregistered: async () => {
    const document = await makers.published()
    await its.deregistered(versionOf(document), 'Unpaid.')
    return document
  },
  external: async () => {
    const document = named()
    await sent(document, '?state=external&href=https://registry.example/epd/1')
    return document
  }
}

const versionOf = ({ id, version }: EpdDocument) => ({ id, version })

async function madeBy(
  bring: (version: { id: string; version: string }) => Promise<unknown>,
  document = named()
): Promise<EpdDocument> {
  await sent(document)
  await bring(versionOf(document))
  return document
}

async function subjectOf(document: EpdDocument): Promise<Subject> {
  const { id, version } = document as { id: string; version: string }
  const url = `/v1/epds/${id}?version=`
  const { body } = await owner.request('GET', `${url}${version}`)
  const base = await owner.request('GET', `${url}1.0`)
  const hashes = {
    documentSha256: body.sha256,
    reportSha256: body.reportSha256 ?? body.sha256,
    baseSha256: base.body.sha256
  }
  return { id, version, hashes }
}

const counted = { cells: 0, allowed: 0, refused: 0 }

/** The request as whoever means it seriously sends it, in bytes that were not sent before. */
function requestFor(transition: string, { version, hashes }: Subject): string {
  const { documentSha256, reportSha256, baseSha256 } = hashes
  const says: Readonly<Record<string, object>> = {
    return: { reason: 'No.' },
    verify: { documentSha256, reportSha256 },
    confirm_editorial: { documentSha256, baseSha256 },
    register: { documentSha256, registrationNumber: `MATRIX-${counted.cells}` },
    deregister: { documentSha256, reason: 'No.' }
  }
  return JSON.stringify({ version: `0${version}`, transition, ...says[transition] })
}

async function ask(name: ActorName, subject: Subject, transition: string) {
  const actor = signers.get(name)
  if (!actor) throw new Error(`there is no ${name}`)
  const bytes = requestFor(transition, subject)
  // The signature of a draft is over the draft; it is submitted without one.
  const signed = actor.signer && transition !== 'submit'
  const headers = signed ? { 'lodestone-signature': (await actor.signer?.sign(bytes)) ?? '' } : {}
  return actor.request('POST', `/v1/epds/${subject.id}/transitions`, bytes, headers)
}

const stateOf = async ({ id, version }: Subject) =>
  (await owner.request('GET', `/v1/epds/${id}?version=${version}`)).body.state

for (const [state, grid] of Object.entries(EXPECTED) as [StateName, string][]) {
  t.test(`from ${state}`, async (t) => {
    const shared = await subjectOf(await makers[state]())
    t.equal(await stateOf(shared), state)
    for (const line of grid.trim().split('\n')) {
      const [transition = '', ...statuses] = line.trim().split(/\s+/)
      t.equal(statuses.length, ACTORS.length, `${transition} has a status for everybody`)
      for (const [index, name] of ACTORS.entries()) {
        const expected = Number(statuses[index])
        const leads =
          expected === 200 &&
          !(transition === 'submit' && state !== 'draft' && state !== 'returned')
        const subject = leads ? await subjectOf(await makers[state]()) : shared
        const answer = await ask(name, subject, transition)
        const what = `${transition} by ${name}`
        t.equal(answer.status, expected, what, { body: answer.body })
        if (leads) t.equal(await stateOf(subject), LEADS_TO[transition], what)
        if (expected === 409) t.equal(answer.body.code, 'TRANSITION_NOT_ALLOWED', what)
        counted.cells += 1
        counted[expected === 200 ? 'allowed' : 'refused'] += 1
      }
      const anonymous = await service.request('POST', `/v1/epds/${shared.id}/transitions`, {})
      t.equal(anonymous.status, 401)
    }
    t.equal(await stateOf(shared), state, 'what was refused changed nothing')
  })
}

t.test('all told', async (t) => {
  const { cells, allowed, refused } = counted
  t.comment(`${cells} cells: ${allowed} allowed, ${refused} refused`)
  t.equal(cells, 11 * 8 * ACTORS.length)
})
