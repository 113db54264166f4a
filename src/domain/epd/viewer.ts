/** Whose eyes a declaration is read with. Published ones are everybody's. */
export interface EpdViewer {
  /** Sees the unpublished versions of this organization; null is the public. */
  readonly organization: string | null
  /** Verifiers and operators see what others have submitted. Drafts nobody else sees. */
  readonly seesUnpublished: boolean
}
