import { flaggableRules, standingRules } from '../../domain/custody/rules/flaggable.ts'
import { RegistryError } from '../../errors.ts'
import { enterBooksAlone } from '../../storage/books/corrections.ts'
import type { Queryable } from '../../storage/database.ts'
import { entriesAt } from '../../storage/journal/journal-entries.ts'
import {
  currentSettings,
  insertRuleSetting,
  type RuleSettingRow
} from '../../storage/parties/rule-settings.ts'
import type { Deps, Principal } from '../deps.ts'
import { type SignedBy, signerIn } from '../signing/signed-by.ts'
import { acceptRequest, appendRequest, type SentRequest } from '../signing/signed-request.ts'

export { standingRules }

/** How one rule judges the events of an organization. */
export interface RuleSetting {
  readonly rule: string
  readonly mode: 'refuse' | 'flag'
  /** Where it was set; absent where it never was. */
  readonly position?: number
  /** Whose key signed it; absent where it never was set. */
  readonly signedBy?: SignedBy | null
}

export interface RuleCommand {
  readonly rule: string
  readonly mode: RuleSetting['mode']
  /** Position of the setting in force, null where there is none: what is signed counts once. */
  readonly replaces?: number | null
  readonly sent: SentRequest
}

/**
 * Has a rule flag instead of refuse, or refuse again, for the events that the organization records
 * from now on. Saying the same again changes nothing. Throws `REQUEST_INVALID` for rules that hold
 * always, `CONFLICT` where another setting is in force than the one that it replaces, and as
 * `acceptRequest`.
 */
export async function setRule(
  deps: Deps,
  principal: Principal,
  { rule, mode, replaces, sent }: RuleCommand
): Promise<RuleSetting> {
  if (!flaggableRules.some((each) => each === rule)) {
    throw new RegistryError('REQUEST_INVALID', `Rule ${rule} holds always.`, {
      details: [{ pointer: '/rule', message: `one of ${flaggableRules.join(', ')}` }]
    })
  }
  const { organization } = principal
  const accepted = await acceptRequest(deps, principal, sent, {
    isBound: replaces !== undefined,
    by: '"replaces" is the position of the setting in force, or null where there is none'
  })
  return deps.db.transaction(async (tx) => {
    // Every event is judged wholly before or wholly after the setting, as its position says.
    await enterBooksAlone(tx)
    const settings = await currentSettings(tx, [organization])
    const now = settings.find((setting) => setting.rule === rule)
    if ((now?.mode ?? 'refuse') === mode) return settingOf(rule, now, await signers(tx, [now]))
    refuseStale(replaces, now?.position ?? null)
    const entry = {
      kind: 'rule_setting',
      subject: organization,
      organization,
      document: null,
      blind: true,
      body: { rule, mode }
    }
    const { position } = await appendRequest(tx, entry, accepted, deps.now())
    const set = { position, organization, rule, mode }
    await insertRuleSetting(tx, set)
    return settingOf(rule, set, await signers(tx, [set]))
  })
}

/** The settings of the own organization, for every rule that may be set. */
export async function readRuleSettings(
  { db }: Deps,
  { organization }: Principal
): Promise<readonly RuleSetting[]> {
  const settings = await currentSettings(db, [organization])
  const signedBy = await signers(db, settings)
  const settingFor = (rule: string) => settings.find((setting) => setting.rule === rule)
  return flaggableRules.map((rule) => settingOf(rule, settingFor(rule), signedBy))
}

type Standing = Pick<RuleSettingRow, 'mode' | 'position'> | undefined

function settingOf(
  rule: string,
  now: Standing,
  signedBy: ReadonlyMap<number, SignedBy | null>
): RuleSetting {
  if (!now) return { rule, mode: 'refuse' }
  const { mode, position } = now
  return { rule, mode, position, signedBy: signedBy.get(position) ?? null }
}

/** Whose key signed the settings, by their positions. */
async function signers(
  db: Queryable,
  settings: readonly Standing[]
): Promise<ReadonlyMap<number, SignedBy | null>> {
  const entries = await entriesAt(
    db,
    settings.flatMap((setting) => setting?.position ?? [])
  )
  return new Map(entries.map(({ position, statement }) => [position, signerIn(statement)]))
}

function refuseStale(replaces: number | null | undefined, now: number | null): void {
  if (replaces === undefined || replaces === now) return
  throw new RegistryError('CONFLICT', 'Another setting is in force than the one to be replaced.', {
    details: [{ pointer: '/replaces', message: `must be ${now}` }]
  })
}
