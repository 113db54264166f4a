import { RegistryError } from '../../errors.ts'
import type { Deps, Principal } from '../deps.ts'
import { acceptSignature } from '../signing/accept-signature.ts'
import { type EpdDocument, type EpdSubmission, readEpdSubmission } from './epd-submission.ts'
import { acceptEpd, type SubmittedEpd } from './submit-epd.ts'

/**
 * Submits the declarations of one archive, all of them or none, each with a document of its own, so
 * that it is verified, published and erased by itself. Throws as `submitEpd`, naming the declaration,
 * and `REQUEST_INVALID` for a signature, which is over one document.
 */
export async function submitSeveralEpds(
  deps: Deps,
  command: {
    readonly principal: Principal
    readonly documents: readonly EpdDocument[]
    readonly signature?: string | undefined
  }
): Promise<readonly SubmittedEpd[]> {
  const { principal, documents, signature } = command
  if (signature !== undefined) {
    throw new RegistryError(
      'REQUEST_INVALID',
      'A signature is over one declaration; send an archive for each.'
    )
  }
  const submissions: EpdSubmission[] = []
  for (const each of documents) submissions.push(await readEpdSubmission(each, deps.reference))
  // Before the transaction: whoever holds a connection must not wait for another one.
  for (const { document } of documents) {
    await acceptSignature(deps, principal, document, { signature })
  }
  return deps.db.transaction(async (tx) => {
    const submitted = new Map<EpdSubmission, SubmittedEpd>()
    // Declarations are locked by id, in the same order by everybody.
    for (const each of submissions.toSorted((a, b) => (a.epd.id < b.epd.id ? -1 : 1))) {
      const accepted = await named(each, acceptEpd(deps, tx, principal, each, null))
      submitted.set(each, accepted)
    }
    return submissions.flatMap((each) => submitted.get(each) ?? [])
  })
}

/** Says which declaration of the archive was refused. */
async function named<Value>({ epd }: EpdSubmission, work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    const { code, message, details, extensions } = error
    throw new RegistryError(code, `Declaration ${epd.id} ${epd.version}: ${message}`, {
      details,
      extensions,
      cause: error
    })
  }
}
