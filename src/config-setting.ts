import type { Parse } from './config-values.ts'

/** One variable of the environment. docs/reference/configuration.md is generated from these. */
export interface Setting<T> {
  readonly variable: `LODESTONE_${string}`
  /** A name without our prefix that hosting platforms set. */
  readonly alias?: string
  readonly description: string
  /** What holds where the variable is absent, as its text; null for nothing. */
  readonly fallback: string | null
  readonly parse: Parse<T>
}

export function setting<T>(
  variable: Setting<T>['variable'],
  fallback: string,
  parse: Parse<T>,
  description: string,
  alias?: string
): Setting<T> {
  return { variable, fallback, parse, description, ...(alias === undefined ? {} : { alias }) }
}

/** A setting that may be left out: the value is null then. */
export function optional<T>(
  variable: Setting<T>['variable'],
  parse: Parse<T>,
  description: string,
  alias?: string
): Setting<T | null> {
  return { variable, fallback: null, parse, description, ...(alias === undefined ? {} : { alias }) }
}
