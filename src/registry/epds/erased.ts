import { RegistryError } from '../../errors.ts'

/**
 * The bytes of a document that was accepted; nothing that was accepted is empty, so what is was
 * lawfully erased. Throws `ERASED`: whoever asks must not take nothing for what was once said.
 */
export function kept(document: Buffer): Buffer {
  if (document.length > 0) return document
  throw new RegistryError(
    'ERASED',
    'The document was lawfully erased. Its entry stays in the log, and everything else with it.'
  )
}
