import type { ChemistryTable } from './chemistry/table.ts'
import type {
  DepositFacts,
  MagnetFacts,
  ProductTable,
  RuleParameters,
  StageTable,
  StepTable
} from './custody/table.ts'
import type { EpdTables } from './epd/table.ts'
import type { UnitTable } from './quantity/unit.ts'
import type { AskingRegulation } from './regulation/blocked.ts'
import type { RecycledRuleSet } from './regulation/recycled-rules.ts'
import type { DfarsRuleSet } from './regulation/rule-set.ts'

/**
 * The dated tables of facts of `data/`, handed to domain functions as arguments. Each table names
 * its source and effective date; rules never carry parameters of their own.
 */
export interface Reference {
  readonly chemistry: ChemistryTable
  readonly units: UnitTable
  readonly stages: StageTable
  readonly steps: StepTable
  readonly products: ProductTable
  /** Families of magnets, the first that an assay fits decides. */
  readonly magnets: readonly MagnetFacts[]
  readonly deposits: ReadonlyMap<string, DepositFacts>
  readonly rules: RuleParameters
  /** Regulations that ask where steps happened, and the date of the table. */
  readonly asking: { readonly revision: string; readonly rows: readonly AskingRegulation[] }
  /** ISO 3166-1 alpha-2 codes in force. */
  readonly countries: ReadonlySet<string>
  /** Dated rule sets of `data/rules/`, one a regulation. */
  readonly regulations: { readonly dfars: DfarsRuleSet; readonly crma29: RecycledRuleSet }
  /** What declarations are read and checked by. */
  readonly epd: EpdTables
}
