import type { traceHistory } from '../registry/trace/trace-history.ts'
import { type Html, html, table } from './html.ts'
import { moment, spaced, state } from './words.ts'

type History = Awaited<ReturnType<typeof traceHistory>>

/** Since when what has been known, and the postings that are the reader's to see. */
export function historySection({ status, postings, postingsTruncated }: History): Html {
  return html`<section aria-labelledby="history"><h2 id="history">History</h2>
${status.length === 0 ? html`<p>The status has been clear from the beginning.</p>` : statusTable(status)}${
  postings.length > 0 &&
  html`<details><summary>Postings in accounts that are yours to see (${postings.length}${postingsTruncated && ', and more'})</summary>
${table({
  caption: 'Pluses and minuses, oldest first',
  heads: ['Position', 'Recorded', 'Event', 'Place', 'Mass, kg', 'Balance, kg'],
  rows: postings.map((each) => [
    each.position,
    moment(each.recordedAt),
    spaced(each.type),
    spaced(each.account.place),
    each.massKg,
    each.balanceKg
  ]),
  figures: [4, 5]
})}</details>`
}</section>
`
}

function statusTable(status: History['status']): Html {
  return table({
    caption: 'Status, oldest first',
    heads: ['Position', 'Recorded', 'Status'],
    rows: status.map((each) => [each.position, moment(each.recordedAt), state(each.status)])
  })
}
