import type { Finding } from '../domain/finding.ts'
import type { RegistryError } from '../errors.ts'

/** What stops a request, as findings of one document among many: each says how to mend it, `otherwise` where it does not. */
export function refusalFindings(
  { code, message, details }: RegistryError,
  rule: string,
  otherwise: string
): Finding[] {
  const told = details.length > 0 ? details : [{ message }]
  return told.map(({ pointer = '', message, remedy = otherwise }) => ({
    rule,
    code,
    severity: 'error',
    pointer,
    message,
    remedy
  }))
}
