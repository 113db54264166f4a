import type { ApiClient } from '../client.ts'
import { addOutcomes, emptyOutcome, type Outcome } from './outcome.ts'
import { countLines, type LineOutcome, linesOf, sendOne } from './send-events.ts'
import type { EventDocument, EventUpload } from './upload.ts'

/** So many events are judged in one request: far fewer than it may take long for. */
const TOGETHER = 10_000

/**
 * Checks the events of all files in their order, as if they were recorded one behind the other: a later
 * one may consume what an earlier one would make, also one of another file. The outcomes are in the order of the files.
 */
export async function checkTogether(
  client: ApiClient,
  uploads: readonly EventUpload[],
  advance: (documents: number) => void
): Promise<readonly Outcome[]> {
  const all = uploads.flatMap((upload) =>
    upload.documents.map((document) => ({ upload, document }))
  )
  const begun = (upload: EventUpload): Outcome => ({
    ...emptyOutcome(upload.file),
    findings: upload.findings
  })
  const [single, ...others] = all
  if (single && others.length === 0) {
    const counts = await sendOne(client, single.document, { dryRun: true, lenient: false, advance })
    advance(1)
    return uploads.map((upload) =>
      upload === single.upload ? addOutcomes(begun(upload), counts) : begun(upload)
    )
  }
  let outcomes = new Map(uploads.map((upload) => [upload, begun(upload)]))
  for (let from = 0; from < all.length; from += TOGETHER) {
    const part = all.slice(from, from + TOGETHER)
    const documents = part.map(({ document }) => document)
    const results = await linesAnswered(client, documents)
    outcomes = new Map(
      [...outcomes].map(([upload, outcome]) => {
        const own = results.filter((_, index) => part[index]?.upload === upload)
        const whereOf = (line: number) => documents[line - 1]?.where ?? String
        return [upload, addOutcomes(outcome, countLines(own, whereOf))]
      })
    )
    advance(part.length)
  }
  return uploads.flatMap((upload) => outcomes.get(upload) ?? [])
}

async function linesAnswered(
  client: ApiClient,
  documents: readonly EventDocument[]
): Promise<readonly LineOutcome[]> {
  const answer = await client.post('/v1/events/check', {
    body: linesOf(documents.map(onOneLine)),
    contentType: 'application/x-ndjson'
  })
  return (answer.json() as { readonly results: readonly LineOutcome[] }).results
}

/** Between the values of a JSON document a line end says as much as a space. */
function onOneLine({ bytes, where }: EventDocument): EventDocument {
  return { bytes: bytes.map((byte) => (byte === 10 || byte === 13 ? 32 : byte)) as Buffer, where }
}
