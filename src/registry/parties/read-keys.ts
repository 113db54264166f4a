import { organizationExists } from '../../storage/parties/organizations.ts'
import {
  findSigningKey,
  listSigningKeys,
  type SigningPolicy,
  signingPolicyOf
} from '../../storage/parties/signing-keys.ts'
import type { Deps } from '../deps.ts'
import { oneMore, type Page, type PageRequest, pageOf } from '../page.ts'
import { type KeyRecord, keyRecord } from './key-record.ts'
import { unknownKey } from './register-key.ts'
import { unknownOrganization } from './register-organization.ts'

/** One key; keys are public to everybody with a token, as they are in the log. */
export async function readKey(deps: Deps, id: string): Promise<KeyRecord> {
  const row = await findSigningKey(deps.db, id)
  if (row) return keyRecord(row)
  throw unknownKey(id)
}

/** Keys in the order of registration, revoked ones included. */
export async function readKeys(
  deps: Deps,
  request: PageRequest & { readonly organization: string | null }
): Promise<Page<KeyRecord>> {
  const rows = await listSigningKeys(deps.db, oneMore(request))
  return pageOf(rows, request.limit, keyRecord, (row) => Number(row.position))
}

/** The policy of an organization. */
export type PolicyRecord = SigningPolicy & { readonly organization: string }

/** Whether an organization lets unsigned submissions in. Throws `NOT_FOUND`. */
export async function readSigningPolicy(deps: Deps, organization: string): Promise<PolicyRecord> {
  if (!(await organizationExists(deps.db, organization))) throw unknownOrganization(organization)
  return { organization, ...(await signingPolicyOf(deps.db, organization)) }
}
