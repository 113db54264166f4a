import { SUPERUSER } from './create-cluster.ts'

/** The address, as `DATABASE_URL` takes it, of a database of the server behind a socket directory. */
export function socketUrl(socket: string, database: string): string {
  return `postgresql://${SUPERUSER}@localhost/${database}?host=${encodeURIComponent(socket)}`
}
