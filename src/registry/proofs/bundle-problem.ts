/** Why a bundle is refused. */
export type BundleProblemCode =
  | 'FORMAT'
  | 'CHECKPOINT'
  | 'ORDER'
  | 'INCLUSION'
  | 'LEAF'
  | 'STATEMENT'
  | 'DOCUMENT'
  | 'SIGNATURE'
  | 'SUBJECT'
  | 'CHAIN'

export interface BundleProblem {
  readonly code: BundleProblemCode
  /** Of the entry; null for the bundle as a whole. */
  readonly index: number | null
  readonly message: string
}

/** A problem of one entry; of the bundle as a whole where the index is null. */
export function problem(
  code: BundleProblemCode,
  index: number | null,
  message: string
): BundleProblem {
  return { code, index, message }
}
