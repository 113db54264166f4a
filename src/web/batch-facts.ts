import type { BatchRecord } from '../registry/trace/trace-batch.ts'
import { facts, type Html, html, named } from './html.ts'
import { code, moment, spaced, state } from './words.ts'

/** What a batch is, where it stands, and as of when. */
export function batchFacts(batch: BatchRecord, asOf: string | undefined): Html {
  const { product, organization, facility, country, region } = batch
  return html`<p class="lead">${named(product.name)} (${spaced(product.class)}) ${batch.voided ? state('voided') : state(batch.status)}${doubt(batch)}</p>
<form class="filters"><p><label for="asOf">As of</label><input id="asOf" name="asOf" value="${asOf}" maxlength="40" placeholder="2026-11-30T12:00:00Z, or a position" size="32"></p><p><button>Show what was known then</button></p></form>
<p class="stamp">As of position ${batch.position}, ${moment(batch.asOf)}.</p>
${facts([
  ['Made by', organization ? named(organization.name ?? organization.id) : 'not yours to know'],
  ['Facility', facility && named(facility.name ?? facility.id)],
  ['Country', region ?? country],
  ['Stage', batch.stage !== null && spaced(batch.stage)],
  ['Produced', moment(batch.producedAt)],
  ['Mass', `${batch.massKg} kg dry`],
  [
    'Elements',
    Object.entries(batch.elementsKg).map(
      ([element, kg], at) => html`${at > 0 && ', '}${element} ${kg} kg`
    )
  ],
  ['Entered the books as', batch.entry !== null && spaced(batch.entry)],
  ['Custody model', spaced(batch.custodyModel)],
  [
    'Recorded',
    html`position ${batch.recordedPosition}${batch.recordedAt !== null && html`, ${moment(batch.recordedAt)}`}`
  ],
  ['Batch', code(batch.id)]
])}`
}

function doubt({ status, voided }: BatchRecord): string {
  if (voided) return ' A correction took it out of the books.'
  if (status === 'suspect') return ' Suspect: an evaluation after a correction is pending.'
  return status === 'contested' ? ' Contested: an error stands; left out of verified claims.' : ''
}

const WHY_NOT: Readonly<Record<string, string>> = {
  no_epd: 'No declaration is named for it.',
  epd_not_found: 'There is no such declaration here.',
  epd_not_published: 'The declaration is not published yet.',
  epd_mismatch: 'Product, stage or facility of the declaration do not fit the batch.',
  epd_not_valid: 'It was not valid on the day of production.',
  epd_withdrawn: 'The declaration was withdrawn.'
}

/** The declaration that speaks for the batch, or why none does. */
export function coverSection({ coveredBy, visibility }: BatchRecord): Html {
  const heading = html`<h2 id="epd">EPD coverage</h2>`
  if (coveredBy === null) {
    const why =
      visibility === 'whole'
        ? WHY_NOT['no_epd']
        : 'Which declaration covers it is not yours to know.'
    return html`<section aria-labelledby="epd">${heading}<p>${why}</p></section>
`
  }
  const { epd, version, by, campaign, gap } = coveredBy
  const address = `../declarations/${epd}${version === null ? '' : `?version=${encodeURIComponent(version)}`}`
  const which =
    gap === null
      ? html`<a href="${address}">${code(epd)}</a>, version ${named(version ?? '')}`
      : code(epd)
  return html`<section aria-labelledby="epd">${heading}
${facts([
  ['Declaration', which],
  [
    'Named by',
    by === 'campaign' ? html`campaign ${campaign !== null && code(campaign)}` : 'the batch itself'
  ],
  ['Covers it', gap === null ? 'yes' : (WHY_NOT[gap] ?? `no: ${spaced(gap)}`)]
])}</section>
`
}
