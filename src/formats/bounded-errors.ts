import type { Options } from 'ajv/dist/2020.js'
import { ownSchemas } from './own-schemas.ts'

/** Ten times as many as are told; see domain/bounded-findings.ts. */
export const MOST_ERRORS = 1000

/** What ajv writes wherever the errors of a part are added to those before. */
const ADDED = 'vErrors = vErrors === null ?'

/**
 * Options of ajv that find all errors as far as anybody reads them. By itself ajv copies all errors
 * that it has for every part that is wrong: an array of 80,000 wrong items, 160 kB, took 20 seconds.
 * A document stays wrong whatever is found after the first thousand.
 */
export const boundedErrors = {
  ...ownSchemas,
  allErrors: true,
  verbose: true,
  code: {
    ...ownSchemas.code,
    process: (code: string) =>
      code.replaceAll(
        ADDED,
        `vErrors = vErrors?.length >= ${MOST_ERRORS} ? vErrors : vErrors === null ?`
      )
  }
} satisfies Options
