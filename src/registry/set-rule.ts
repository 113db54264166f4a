import { flaggableRules } from '../domain/custody/rules/table.ts'
import { RegistryError } from '../errors.ts'
import { enterBooksAlone } from '../storage/corrections.ts'
import { appendEntries } from '../storage/journal.ts'
import { currentSettings, insertRuleSetting } from '../storage/rule-settings.ts'
import type { Deps, Principal } from './deps.ts'

/** How one rule judges the events of an organization. */
export interface RuleSetting {
  readonly rule: string
  readonly mode: 'refuse' | 'flag'
  /** Where it was set; absent where it never was. */
  readonly position?: number
}

/**
 * Has a rule flag instead of refuse, or refuse again, for the events that the organization records
 * from now on. Saying the same again changes nothing. Throws `REQUEST_INVALID` for rules that hold
 * always.
 */
export function setRule(
  deps: Deps,
  principal: Principal,
  { rule, mode }: { readonly rule: string; readonly mode: RuleSetting['mode'] }
): Promise<RuleSetting> {
  if (!flaggableRules.some((each) => each === rule)) {
    throw new RegistryError('REQUEST_INVALID', `Rule ${rule} holds always.`, {
      details: [{ pointer: '/rule', message: `one of ${flaggableRules.join(', ')}` }]
    })
  }
  const { organization } = principal
  return deps.db.transaction(async (tx) => {
    // Every event is judged wholly before or wholly after the setting, as its position says.
    await enterBooksAlone(tx)
    const settings = await currentSettings(tx, [organization])
    const now = settings.find((setting) => setting.rule === rule)
    if ((now?.mode ?? 'refuse') === mode) return settingOf(rule, now)
    const entry = {
      kind: 'rule_setting',
      subject: organization,
      organization,
      document: null,
      blind: true,
      body: { rule, mode }
    }
    const { first: position } = await appendEntries(tx, [entry], deps.now())
    await insertRuleSetting(tx, { position, organization, rule, mode })
    return { rule, mode, position }
  })
}

/** The settings of the own organization, for every rule that may be set. */
export async function readRuleSettings(
  deps: Deps,
  principal: Principal
): Promise<readonly RuleSetting[]> {
  const settings = await currentSettings(deps.db, [principal.organization])
  return flaggableRules.map((rule) =>
    settingOf(
      rule,
      settings.find((setting) => setting.rule === rule)
    )
  )
}

function settingOf(
  rule: string,
  now: { readonly mode: RuleSetting['mode']; readonly position: number } | undefined
): RuleSetting {
  return now ? { rule, mode: now.mode, position: now.position } : { rule, mode: 'refuse' }
}
