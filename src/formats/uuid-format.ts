/**
 * `format: uuid` as documents and addresses write it (RFC 9562 4): without `urn:uuid:`, which the
 * customary format lets through and the database cannot read.
 */
export const UUID_FORMAT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
