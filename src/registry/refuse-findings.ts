import { isCutShort } from '../domain/bounded-findings.ts'
import { acceptable, type Finding } from '../domain/finding.ts'
import { RegistryError } from '../errors.ts'

/** Throws `FINDINGS` with every finding when one of them blocks acceptance. */
export function refuseFindings(findings: readonly Finding[]): void {
  if (acceptable(findings)) return
  const blocking = findings.filter(({ severity }) => severity === 'error').length
  const least = isCutShort(findings) ? 'At least ' : ''
  const count = blocking === 1 ? 'One finding blocks' : `${least}${blocking} findings block`
  throw new RegistryError('FINDINGS', `${count} acceptance; nothing was stored.`, {
    extensions: { findings }
  })
}
