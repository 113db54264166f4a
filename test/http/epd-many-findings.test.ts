/** Documents that make one mistake thousands of times: a bounded answer that says how many. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { ilcdEpdWriter } from '../../src/formats/ilcd/write-epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { loadReference } from '../../src/reference.ts'
import { market } from '../support/epd-market.ts'
import { epdText } from '../support/epds.ts'

const XML = { 'content-type': 'application/xml' }
const LEFT_OUT = 'FINDINGS_LEFT_OUT'

interface Told {
  readonly code: string
  readonly severity: string
  readonly actual?: string
}

/** A sound declaration in ILCD with more before the first occurrence of a text. */
async function filled(id: string, before: string, more: string): Promise<string> {
  const { epd } = nativeEpd.parse(Buffer.from(epdText('magnet-n48h')))
  if (!epd) throw new Error('the fixture is no declaration')
  const { bytes } = await ilcdEpdWriter.write(
    { ...epd, id: id as typeof epd.id },
    loadReference().epd
  )
  const text = Buffer.from(bytes).toString('utf8')
  if (!text.includes(before)) throw new Error(`there is no ${before}`)
  return text.replace(before, () => `${more}${before}`)
}

const counted = (findings: readonly Told[], code: string) =>
  findings.filter((finding) => finding.code === code).length

t.test('what is told is bounded, what is stored and signed is the same', async (t) => {
  const { owner } = await market(t)
  const result = '<LCIAResult><meanAmount>1</meanAmount></LCIAResult>'
  const id = randomUUID()
  const document = await filled(id, '</LCIAResults>', result.repeat(3000))
  const checked = await owner.request('POST', '/v1/epds/check', document, XML)
  const { findings } = checked.body as { findings: Told[] }
  t.equal(counted(findings, 'EPD_DOCUMENT_UNCLEAR'), 100)
  const told = findings.filter(({ code }) => code === LEFT_OUT)
  t.match(told, [{ severity: 'warning', actual: /^300\d$/ }], 'with the count of all')
  t.ok(checked.raw.length < 100_000)
  const submitted = await owner.request('POST', '/v1/epds', document, XML)
  t.equal(submitted.status, 201, JSON.stringify(submitted.body.findings?.slice(0, 3)))
  t.strictSame(submitted.body.findings, findings)
  const stored = await owner.request('GET', `/v1/epds/${id}/findings`)
  t.strictSame(stored.body.items, findings)
  const report = await owner.request('GET', `/v1/epds/${id}/report?version=01.00.000`)
  t.strictSame(report.body.findings, findings)
})

t.test('thousands of modules that nobody knows are refused, and in time', async (t) => {
  const { owner } = await market(t)
  const amount = (_: unknown, n: number) => `<epd:amount epd:module="Q${n}">-1</epd:amount>`
  const id = randomUUID()
  const amounts = Array.from({ length: 8000 }, amount).join('')
  const document = await filled(id, '<epd:amount ', amounts)
  const refused = await owner.request('POST', '/v1/epds', document, XML)
  const detail = /^At least \d+ findings block/
  t.match(refused, { status: 422, body: { code: 'FINDINGS', detail } })
  const { findings } = refused.body as { findings: Told[] }
  t.equal(counted(findings, 'EPD_MODULE_UNKNOWN'), 100)
  t.ok(findings.some(({ code, actual }) => code === LEFT_OUT && Number(actual) >= 8000))
  t.equal((await owner.request('GET', `/v1/epds/${id}`)).status, 404, 'nothing is stored')
  const draft = await owner.request('POST', '/v1/epds?state=draft', document, XML)
  t.match(draft, { status: 201, body: { state: 'draft' } })
  t.strictSame(draft.body.findings, findings)
})
