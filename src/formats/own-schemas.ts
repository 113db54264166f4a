import type { Options } from 'ajv/dist/2020.js'

/**
 * Options of ajv for our own schemas, which every start of the service and of many commands compiles.
 * The tests hold each to JSON Schema, so that is not asked again; and what is compiled is not made
 * shorter, which takes as long as to compile it and validates no document sooner.
 */
export const ownSchemas = {
  validateSchema: false,
  code: { optimize: false }
} satisfies Options
