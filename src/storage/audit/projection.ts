/**
 * Rows that follow from what statements say, both ways: `said` is what the log says that there is,
 * `kept` what there is. Each gives id, position and facts.
 */
export interface Projection {
  readonly what: string
  readonly said: string
  readonly kept: string
}

/** Bytes as statements write them. */
export const BASE64URL = (bytes: string) =>
  `translate(rtrim(encode(${bytes}, 'base64'), E'=\\n'), E'+/\\n', '-_')`
/** The hash of a text, as statements write it. */
export const HASH_OF = (text: string) => BASE64URL(`sha256(convert_to(${text}, 'UTF8'))`)
/** The same moment, however it is written. */
export const MOMENT = (time: string) => `extract(epoch from (${time})::timestamptz)`
