import type { Transaction } from '../database.ts'

/** Keeps the exact bytes of a request that no other table keeps, so that its signature can be verified. */
export async function insertSignedRequest(
  tx: Transaction,
  position: number,
  document: Buffer
): Promise<void> {
  await tx.query({
    name: 'signed_request_insert',
    text: 'insert into signed_request (position, document) values ($1, $2)',
    values: [position, document]
  })
}
