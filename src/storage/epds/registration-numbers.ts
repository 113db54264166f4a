import type { Queryable, Transaction } from '../database.ts'

/** A number of a programme. */
export interface RegistrationNumberRow {
  readonly number: string
  readonly position: string
  readonly recordedAt: string
  /** The declaration that has it; null while it is only reserved. */
  readonly epd: string | null
}

const SELECT = `select n.number, n.position, j.at as "recordedAt", n.epd
  from registration_number n join journal j on j.position = n.position`

/** The number as it is taken now; undefined where it is free. */
export async function findRegistrationNumber(
  db: Queryable,
  operator: string,
  number: string
): Promise<RegistrationNumberRow | undefined> {
  const [row] = await db.query<RegistrationNumberRow>({
    name: 'registration_number_find',
    text: `${SELECT} where n.operator = $1 and n.number = $2 and n.released_position is null`,
    values: [operator, number]
  })
  return row
}

/** The numbers that a programme has taken, in the order in which it did. */
export function listRegistrationNumbers(
  db: Queryable,
  page: { readonly operator: string; readonly after: number; readonly limit: number }
): Promise<RegistrationNumberRow[]> {
  return db.query<RegistrationNumberRow>({
    name: 'registration_number_list',
    text: `${SELECT} where n.operator = $1 and n.position > $2 and n.released_position is null
      order by n.position limit $3`,
    values: [page.operator, page.after, page.limit]
  })
}

/** Takes a number that nobody of the programme has; false where it is taken. */
export async function reserveRegistrationNumber(
  tx: Transaction,
  row: { readonly operator: string; readonly number: string; readonly position: number }
): Promise<boolean> {
  const rows = await tx.query({
    name: 'registration_number_reserve',
    text: `insert into registration_number (operator, number, position) values ($1, $2, $3)
      on conflict (operator, number) where released_position is null do nothing returning number`,
    values: [row.operator, row.number, row.position]
  })
  return rows.length > 0
}

/**
 * Gives a declaration a number, reserved or not; its own again is fine. False where another one has
 * it: the unique index decides, whatever runs at once.
 */
export async function useRegistrationNumber(
  tx: Transaction,
  row: {
    readonly operator: string
    readonly number: string
    readonly position: number
    readonly epd: string
  }
): Promise<boolean> {
  const rows = await tx.query({
    name: 'registration_number_use',
    text: `insert into registration_number as taken (operator, number, position, epd, used_position)
      values ($1, $2, $3, $4, $3)
      on conflict (operator, number) where released_position is null do update
        set epd = excluded.epd, used_position = coalesce(taken.used_position, excluded.used_position)
        where taken.epd is null or taken.epd = excluded.epd
      returning number`,
    values: [row.operator, row.number, row.position, row.epd]
  })
  return rows.length > 0
}

/** Gives a reserved number back; false where it is not taken, or used. */
export async function releaseRegistrationNumber(
  tx: Transaction,
  row: { readonly operator: string; readonly number: string; readonly position: number }
): Promise<boolean> {
  const rows = await tx.query({
    name: 'registration_number_release',
    text: `update registration_number set released_position = $3
      where operator = $1 and number = $2 and released_position is null and epd is null
      returning number`,
    values: [row.operator, row.number, row.position]
  })
  return rows.length > 0
}
