import type { Queryable, Transaction } from '../database.ts'

/** How an organization has a rule judge its events, from a position on. */
export interface RuleSettingRow {
  readonly position: number
  readonly organization: string
  readonly rule: string
  readonly mode: 'refuse' | 'flag'
}

interface Row extends Omit<RuleSettingRow, 'position'> {
  readonly position: string
}

const setting = (row: Row): RuleSettingRow => ({ ...row, position: Number(row.position) })

/** The newest setting of each rule that the organizations `$1` ever set. */
export const CURRENT_SETTINGS = `select distinct on (organization, rule) position, organization, rule, mode
      from rule_setting where organization = any($1::uuid[])
      order by organization, rule, position desc`

/** The newest setting of each rule that was ever set. */
export async function currentSettings(
  db: Queryable,
  organizations: readonly string[]
): Promise<readonly RuleSettingRow[]> {
  const rows = await db.query<Row>({
    name: 'rule_settings_current',
    text: CURRENT_SETTINGS,
    values: [organizations]
  })
  return rows.map(setting)
}

/** Every setting in the order in which they were made. */
export async function ruleSettingHistory(db: Queryable): Promise<readonly RuleSettingRow[]> {
  const rows = await db.query<Row>({
    text: 'select position, organization, rule, mode from rule_setting order by position'
  })
  return rows.map(setting)
}

export async function insertRuleSetting(tx: Transaction, row: RuleSettingRow): Promise<void> {
  await tx.query({
    name: 'rule_setting_insert',
    text: `insert into rule_setting (position, organization, rule, mode) values ($1, $2, $3, $4)`,
    values: [row.position, row.organization, row.rule, row.mode]
  })
}
