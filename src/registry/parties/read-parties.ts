import { RegistryError } from '../../errors.ts'
import { findClient, listClients } from '../../storage/parties/clients.ts'
import { facilityVersions, findFacility, listFacilities } from '../../storage/parties/facilities.ts'
import {
  findOrganization,
  listOrganizations,
  organizationVersions
} from '../../storage/parties/organizations.ts'
import type { Deps, Principal } from '../deps.ts'
import { oneMore, type Page, type PageRequest, pageOf } from '../page.ts'
import { type ClientRecord, clientRecord } from './client-record.ts'
import { type FacilityRecord, facilityRecord } from './facility-record.ts'
import { type OrganizationRecord, organizationRecord } from './organization-record.ts'
import { unknownFacility } from './register-facility.ts'
import { unknownOrganization } from './register-organization.ts'
import { unknownClient } from './revoke-client.ts'

/** The latest version of an organization. Every member of the registry may read the directory. */
export async function readOrganization(deps: Deps, id: string): Promise<OrganizationRecord> {
  const row = await findOrganization(deps.db, id)
  if (!row) throw unknownOrganization(id)
  return organizationRecord(row)
}

export async function readOrganizations(
  deps: Deps,
  request: PageRequest & { readonly country: string | null }
): Promise<Page<OrganizationRecord>> {
  const rows = await listOrganizations(deps.db, oneMore(request))
  return pageOf(rows, request.limit, organizationRecord, (row) => Number(row.firstPosition))
}

/** Its versions, oldest first. Throws `NOT_FOUND`. */
export async function readOrganizationVersions(
  deps: Deps,
  request: PageRequest & { readonly id: string }
): Promise<Page<OrganizationRecord>> {
  const rows = await organizationVersions(deps.db, oneMore(request))
  // Behind the newest there is none.
  if (rows.length === 0) await readOrganization(deps, request.id)
  return pageOf(rows, request.limit, organizationRecord, (row) => Number(row.position))
}

/** The latest version of a facility. */
export async function readFacility(deps: Deps, id: string): Promise<FacilityRecord> {
  const row = await findFacility(deps.db, id)
  if (!row) throw unknownFacility(id)
  return facilityRecord(row)
}

export async function readFacilities(
  deps: Deps,
  request: PageRequest & {
    readonly organization: string | null
    readonly country: string | null
    readonly stage: string | null
  }
): Promise<Page<FacilityRecord>> {
  const rows = await listFacilities(deps.db, oneMore(request))
  return pageOf(rows, request.limit, facilityRecord, (row) => Number(row.firstPosition))
}

/** Its versions, oldest first. Throws `NOT_FOUND`. */
export async function readFacilityVersions(
  deps: Deps,
  request: PageRequest & { readonly id: string }
): Promise<Page<FacilityRecord>> {
  const rows = await facilityVersions(deps.db, oneMore(request))
  if (rows.length === 0) await readFacility(deps, request.id)
  return pageOf(rows, request.limit, facilityRecord, (row) => Number(row.position))
}

/** A client of the caller's organization, or any for an administrator. Throws `NOT_FOUND`. */
export async function readClient(
  deps: Deps,
  principal: Principal,
  id: string
): Promise<ClientRecord> {
  const row = await findClient(deps.db, id)
  const mine = row?.organization === principal.organization || principal.scopes.has('admin')
  if (!row || !mine) throw unknownClient(id)
  return clientRecord(row)
}

/** The clients of the caller's organization; an administrator sees any or all. */
export async function readClients(
  deps: Deps,
  principal: Principal,
  request: PageRequest & { readonly organization: string | null }
): Promise<Page<ClientRecord>> {
  const admin = principal.scopes.has('admin')
  const { organization } = request
  if (!admin && organization !== null && organization !== principal.organization) {
    throw new RegistryError('FORBIDDEN', 'Clients of another organization are not yours to see.')
  }
  const rows = await listClients(deps.db, {
    ...oneMore(request),
    organization: admin ? organization : principal.organization
  })
  return pageOf(rows, request.limit, clientRecord, (row) => Number(row.position))
}
