/** The embedded PostgreSQL cannot run here. The message says why and what to do. */
export class EmbeddedRefused extends Error {
  override readonly name = 'EmbeddedRefused'
}

/** Where the supervisor tells what it does. A pino logger is one. */
export interface EmbeddedLog {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}
