import type { Finding } from '../../domain/finding.ts'
import type { ApiClient } from '../client.ts'
import { ProblemError } from '../client.ts'
import { emptyOutcome, type Outcome, placed } from './outcome.ts'
import type { EpdUpload } from './upload.ts'

/** Sends one declaration in the native format, byte for byte. */
export async function sendEpd(
  client: ApiClient,
  { file, bytes }: EpdUpload,
  { dryRun }: { readonly dryRun: boolean }
): Promise<Outcome> {
  const body = new Uint8Array(bytes)
  try {
    const answer = await client.post(dryRun ? '/v1/epds/check' : '/v1/epds', { body })
    const { findings, acceptable } = answer.json() as {
      readonly findings?: readonly Finding[]
      readonly acceptable?: boolean
    }
    const refused = acceptable === false ? 1 : 0
    const repeated = !dryRun && answer.status === 200 ? 1 : 0
    return {
      ...emptyOutcome(file),
      accepted: 1 - refused - repeated,
      repeated,
      refused,
      findings: placed(findings, placeName)
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const findings = error.problem['findings'] as readonly Finding[] | undefined
    if (!findings) throw error
    return { ...emptyOutcome(file), refused: 1, findings: placed(findings, placeName) }
  }
}

function placeName(pointer: string): string {
  return pointer === '' ? 'the document' : pointer
}
