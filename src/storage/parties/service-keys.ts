import type { Queryable, Transaction } from '../database.ts'

export interface ServiceKeyRow {
  readonly id: string
  readonly privateJwk: string
  readonly publicJwk: string
  readonly retiredAt: string | null
}

/** The keys of one purpose, newest first. */
export function readServiceKeys(db: Queryable, purpose: string): Promise<ServiceKeyRow[]> {
  return db.query<ServiceKeyRow>({
    name: 'service_keys_read',
    text: `select id, private_jwk as "privateJwk", public_jwk as "publicJwk", retired_at as "retiredAt"
      from service_key where purpose = $1 order by created_at desc, id`,
    values: [purpose]
  })
}

/** Copied, so that no server that writes down what it is sent has a private key in its log. */
export async function insertServiceKey(
  tx: Transaction,
  key: ServiceKeyRow & { readonly purpose: string; readonly algorithm: string },
  createdAt: Date
): Promise<void> {
  const row = [key.id, key.purpose, key.algorithm, key.privateJwk, key.publicJwk]
  const cells = [...row, createdAt.toISOString()].map((cell) => `"${cell.replaceAll('"', '""')}"`)
  await tx.query({
    text: `copy service_key (id, purpose, algorithm, private_jwk, public_jwk, created_at)
      from stdin (format csv)`,
    copied: cells.join(',')
  })
}
