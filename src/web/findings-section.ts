import type { traceFindings } from '../registry/trace/trace-findings.ts'
import { type Html, html, named, table } from './html.ts'
import { moment, prose, state } from './words.ts'

type Findings = Awaited<ReturnType<typeof traceFindings>>

/** What the rules of the books said of the batch. */
export function findingsSection({ items }: Findings): Html {
  return html`<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
${
  items.length === 0
    ? html`<p>The rules of the books have nothing to say.</p>`
    : table({
        caption: 'What the rules of the books said',
        heads: ['Code', 'Severity', 'What', 'How to mend it', 'Recorded', 'Closed'],
        rows: items.map((finding) => [
          finding.code,
          state(finding.severity),
          named(finding.message),
          'remedy' in finding && finding.remedy !== undefined && prose(finding.remedy),
          moment(finding.recordedAt),
          finding.resolvedPosition === null
            ? 'open'
            : (finding.resolution ?? `position ${finding.resolvedPosition}`)
        ])
      })
}</section>
`
}
