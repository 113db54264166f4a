import { bigint, customType } from 'drizzle-orm/pg-core'

/** Exact bytes, as they came. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => 'bytea'
})

/** Words that are searched for, as the service cut and folded them; no dictionary of PostgreSQL's. */
export const tsvector = customType<{ data: string }>({
  dataType: () => 'tsvector'
})

/**
 * Text that an index is made of. By its bytes and not in the order of some language: that changes with the system and its
 * libraries, after an upgrade or on a standby, and an index that was made in another order no longer finds what is there
 * nor sees what is there twice.
 */
export const indexedText = customType<{ data: string }>({
  dataType: () => 'text collate "C"'
})

/** Mass in integer micrograms; the driver hands int8 over as text, so nothing becomes a float. */
export const microgram = (name: string) => bigint(name, { mode: 'bigint' })

/**
 * Where a batch was first made, as one number: its position and the line among what the event made
 * (storage/books/birth.ts). Ids are drawn by chance; births of what was made together are neighbors, so
 * thousands of batches are found in a few pages of an index.
 */
export const birthColumn = () => bigint('birth', { mode: 'number' })

/** Place in the one order of everything that was accepted (custody.md, Position). */
export const positionColumn = (name: string) => bigint(name, { mode: 'number' })
